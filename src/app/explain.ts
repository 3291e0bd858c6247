import { type CodeEntry, type CodeTable, failed, ok, type Result, reporter } from '../base/diagnostic.ts';
import { nearest } from '../base/nearest.ts';
import { waitCodes } from '../base/until.ts';
import { leftToDoCodes } from '../insight/left-to-do.ts';
import { readinessCodes } from '../insight/readiness-codes.ts';
import { supportCodes } from '../insight/support.ts';
import { upstreamSupportCodes } from '../insight/upstream-support.ts';
import { graphCodes } from '../model/codes.ts';
import { planCodes } from '../plan/codes.ts';
import { awsCodes } from '../ports/failure-diagnostic.ts';
import { specCodes } from '../spec/codes.ts';
import { exportCodes } from '../targets/export/codes.ts';
import { appCodes } from './codes.ts';
import { storeCodes } from './self-managed/store-codes.ts';

/** Every code that Quilla can report, with what it means. */
export const allCodes: CodeTable = {
  ...specCodes,
  ...graphCodes,
  ...planCodes,
  ...appCodes,
  ...storeCodes,
  ...readinessCodes,
  ...supportCodes,
  ...upstreamSupportCodes,
  ...leftToDoCodes,
  ...awsCodes,
  ...exportCodes,
  ...waitCodes,
};

const report = reporter(appCodes);

/** What a code means and what to do; `further` are codes of the program around the library. */
export function explain(code: string, further: CodeTable = {}): Result<CodeEntry & { readonly code: string }> {
  const known = { ...allCodes, ...further };
  const entry = known[code];
  if (entry !== undefined) return ok({ code, ...entry });
  const near = nearest(code, Object.keys(known));
  const fix = near === undefined ? '`quilla explain` without a code lists them all.' : `Did you mean ${near}?`;
  return failed(report('app.unknown-code', { detail: `${code} is no code of this version`, fix }));
}
