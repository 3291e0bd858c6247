/** Kubernetes quantities: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */

const factors: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const pattern = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:(m|n|u|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)|[eE]([+-]?\d+))?$/;

/** The value of `500m`, `1.5Gi` or `2`; undefined where it is no quantity. */
export function parseQuantity(text: string | number): number | undefined {
  const match = pattern.exec(String(text));
  if (match === null) return undefined;
  const [, digits, suffix = '', exponent] = match;
  return Number(digits) * (exponent === undefined ? factors[suffix]! : 10 ** Number(exponent));
}

/** For text that validation has passed. */
export const quantity = (text: string | number | undefined): number =>
  text === undefined ? 0 : (parseQuantity(text) ?? 0);

/** `25%` of a total or the number itself; percentages are rounded up where `up` says so. */
export function scaled(value: number | string | undefined, total: number, up: boolean): number {
  if (value === undefined) return 0;
  if (typeof value === 'number') return value;
  const share = (Number(value.replace('%', '')) * total) / 100;
  return up ? Math.ceil(share) : Math.floor(share);
}
