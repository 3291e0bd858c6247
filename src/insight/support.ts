import type { CodeTable, Diagnostic } from '../base/diagnostic.ts';
import { reporter } from '../base/diagnostic.ts';
import { type Duration, hours } from '../base/duration.ts';
import { type EksVersion, eksVersions } from '../catalog/kubernetes-releases.ts';
import { priceOf } from '../catalog/prices.ts';

const calendar = 'https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html';

export const supportCodes = {
  'support.dates': {
    severity: 'note',
    summary: 'How long this Kubernetes version is supported',
    explanation: `EKS supports a minor version for 14 months at the usual price. With the upgrade policy standard AWS then raises the control plane by itself; with extended it goes on for 12 months at a price of its own, and AWS raises it after those. Dates: ${calendar}`,
  },
  'support.unknown': {
    severity: 'note',
    summary: 'When support of this Kubernetes version ends is not known',
    explanation: `AWS had not published the end of support of this version when the catalog of this Quilla was made. Look at ${calendar}; a newer Quilla may know it.`,
  },
  'support.ends-soon': {
    severity: 'warning',
    summary: 'Support of this Kubernetes version ends soon',
    explanation:
      '90 days or fewer are left. Set the next minor version in spec.kubernetesVersion before that day, so that you and not AWS choose when the control plane is upgraded, or before extended support is billed. EKS goes up one minor version at a time, and nodes follow.',
  },
  'support.ended': {
    severity: 'warning',
    summary: 'Support of this Kubernetes version has ended',
    explanation:
      'From that day on AWS upgrades the control plane by itself, at a time that it chooses. Nodes stay as they are until you upgrade them.',
  },
} as const satisfies CodeTable;

const report = reporter(supportCodes);

/** What decides how long a control plane is left as it is. */
export interface SupportQuestion {
  /** `1.36`. */
  readonly minor: string;
  readonly upgradePolicy: 'STANDARD' | 'EXTENDED';
  readonly today: Date;
}

/** From so long before the day on, the note is a warning. */
const ahead: Duration = hours(90 * 24);

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);
const isSoon = (day: string, today: Date): boolean => Date.parse(day) - Date.parse(dayOf(today)) <= ahead.ms;

const byItself = 'AWS upgrades the control plane by itself';

/** What extended support bills, and how sure that is. */
function extendedPrice(): string {
  const price = priceOf('eks-extended-support');
  return price === undefined
    ? 'more than before (the price is not in the catalog)'
    : `$${price.usd.toFixed(2)} an ${price.unit} more (us-east-1; ${price.source})`;
}

interface Said {
  readonly detail: string;
  /** The next day on which something happens; absent: not known. */
  readonly next?: string | undefined;
}

function ofStandard({ minor, today }: SupportQuestion, end: string): Said {
  return dayOf(today) < end
    ? {
        detail: `Kubernetes ${minor} is in standard support until ${end}; with the upgrade policy standard ${byItself} then`,
        next: end,
      }
    : {
        detail: `Standard support of Kubernetes ${minor} ended on ${end}; with the upgrade policy standard ${byItself}`,
        next: end,
      };
}

function ofExtended({ minor, today }: SupportQuestion, standard: string, last: string | undefined): Said {
  const day = dayOf(today);
  if (last !== undefined && day >= last)
    return { detail: `Extended support of Kubernetes ${minor} ended on ${last}; ${byItself}`, next: last };
  const until = last === undefined ? 'until a day that is not known yet' : `until ${last}, when ${byItself}`;
  return day < standard
    ? {
        detail: `Kubernetes ${minor} is in standard support until ${standard}; with the upgrade policy extended it then costs ${extendedPrice()}, ${until}`,
        next: standard,
      }
    : {
        detail: `Kubernetes ${minor} is in extended support since ${standard} and costs ${extendedPrice()}, ${until}`,
        next: last,
      };
}

function unknown({ minor, upgradePolicy }: SupportQuestion): Diagnostic {
  const then = upgradePolicy === 'STANDARD' ? byItself : `it costs ${extendedPrice()}`;
  const policy = upgradePolicy === 'STANDARD' ? 'standard' : 'extended';
  return report('support.unknown', {
    detail: `When standard support of Kubernetes ${minor} ends is not known yet; with the upgrade policy ${policy} ${then} then`,
    at: { path: 'spec.kubernetesVersion' },
  });
}

function said(question: SupportQuestion, { endOfStandardSupport, endOfExtendedSupport }: EksVersion): Said | undefined {
  if (endOfStandardSupport === undefined) return undefined;
  switch (question.upgradePolicy) {
    case 'STANDARD':
      return ofStandard(question, endOfStandardSupport);
    case 'EXTENDED':
      return ofExtended(question, endOfStandardSupport, endOfExtendedSupport);
    default:
      return question.upgradePolicy satisfies never;
  }
}

/** Until when a control plane stays as it is and what happens then: a note, and a warning from 90 days before. */
export function supportNote(question: SupportQuestion): Diagnostic {
  const version = eksVersions.find(({ minor }) => minor === question.minor);
  const found = version === undefined ? undefined : said(question, version);
  if (found === undefined) return unknown(question);
  const { detail, next } = found;
  const at = { path: 'spec.kubernetesVersion' };
  if (next === undefined || !isSoon(next, question.today)) return report('support.dates', { detail, at });
  const fix = 'Set the next minor version in spec.kubernetesVersion; EKS goes up one at a time.';
  return report(dayOf(question.today) < next ? 'support.ends-soon' : 'support.ended', { detail, fix, at });
}
