/** One thing that `ip -batch` sets inside of a namespace. */
export interface Line {
  /** Two lines with the same key are the same thing: the later `add` replaces the earlier. */
  readonly key: string;
  readonly add: string;
  readonly remove: string;
  /** The link that it goes with: it is gone when that link is made again. */
  readonly link?: string;
}

export interface NamespacePlan {
  readonly name: string;
  /** Settings (sysctl) of a new one, in this order: `ip_forward` resets others. */
  readonly settings: readonly string[];
  readonly lines: readonly Line[];
  /** Text for `nft -f`. */
  readonly filter?: string;
}

/** A pair of ends. It is known by its first end; the second lies in a namespace that comes and goes. */
export interface LinkPlan {
  readonly namespace: string;
  readonly name: string;
  readonly mac: string;
  readonly mtu: number;
  /** What is set at the first end beside `up`, as lines of `ip -batch`. */
  readonly setup: readonly string[];
  readonly peer: {
    readonly namespace: string;
    readonly name: string;
    readonly mac: string;
    /** What is set in the peer's namespace once the link is made, as lines of `ip -batch`. */
    readonly setup: readonly string[];
  };
}

/** All that shall be on this host. */
export interface Plan {
  readonly namespaces: readonly NamespacePlan[];
  readonly links: readonly LinkPlan[];
}

interface RouteWords {
  /** `10.0.0.0/16` or `default`. */
  readonly to: string;
  /** `throw`, `blackhole`, `unreachable`; none for a route by a link. */
  readonly type?: string;
  readonly link?: string;
  readonly via?: string;
  readonly table?: number;
  readonly metric?: number;
}

/** The last choice of a table. */
export const lastMetric = 4_294_967_295;

export function route({ to, type, link, via, table, metric }: RouteWords): Line {
  const kind = type === undefined ? '' : `${type} `;
  const place = `${table === undefined ? '' : ` table ${table}`}${metric === undefined ? '' : ` metric ${metric}`}`;
  const by = link === undefined ? '' : via === undefined ? ` dev ${link}` : ` via ${via} dev ${link} onlink`;
  return {
    key: `route ${to}${place}`,
    add: `route replace ${kind}${to}${by}${place}`,
    remove: `route del ${kind}${to}${by}${place}`,
    ...(link !== undefined && { link }),
  };
}

/** That a neighbour has this MAC, without asking for it: AWS knows where addresses are too. */
export const neighbour = (address: string, mac: string, link: string): Line => ({
  key: `neigh ${address} ${link}`,
  add: `neigh replace ${address} lladdr ${mac} dev ${link} nud permanent`,
  remove: `neigh del ${address} dev ${link}`,
  link,
});

export const address = (text: string, link: string): Line => ({
  key: `addr ${text} ${link}`,
  add: `addr replace ${text} dev ${link}`,
  remove: `addr del ${text} dev ${link}`,
});

/** A rule that chooses a route table: `iif e0123` or `from 10.0.1.4`. Rules of one priority do not depend on their order. */
export const rule = (selector: string, table: number): Line => ({
  key: `rule ${selector} ${table}`,
  add: `rule add pref 1000 ${selector} lookup ${table}`,
  remove: `rule del pref 1000 ${selector} lookup ${table}`,
});
