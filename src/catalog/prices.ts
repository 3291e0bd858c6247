import data from './data/prices.json' with { type: 'json' };

/** A price in us-east-1, US dollars. `source` says how sure it is, and is shown with it. */
export interface Price {
  readonly what: string;
  readonly unit: string;
  readonly usd: number;
  readonly source: string;
  readonly note?: string;
}

export const prices: readonly Price[] = data.prices;

/** A price by what it is for: `eks-cluster`, `nat-gateway`, `ebs-gp3-storage`. */
export const priceOf = (what: string): Price | undefined => prices.find((price) => price.what === what);
