import { request as askHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as askHttps } from 'node:https';
import { connect } from 'node:net';
import type { HealthCheck } from '../../emulator/aws/elbv2/state.ts';

/** One check: of what, and from which address of this host; undefined leaves that to the kernel. */
export interface Checked {
  readonly address: string;
  readonly port: number;
  readonly from: string | undefined;
}

/** How a check went. `why` is for people. */
export type CheckResult = { readonly good: true } | { readonly good: false; readonly why: string };

/** Checks a target once, as its group's health check says. Takes no longer than the check's timeout. */
export function checkTarget(check: HealthCheck, checked: Checked): Promise<CheckResult> {
  const kind = check.protocol.toUpperCase();
  const went = kind === 'HTTPS' || kind === 'HTTP' ? byRequest(check, checked) : byConnection(checked);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      went.stop();
      resolve({ good: false, why: `no answer within ${check.timeoutSeconds} s` });
    }, check.timeoutSeconds * 1000);
    void went.result.then((result) => {
      clearTimeout(timer);
      resolve(result);
    });
  });
}

interface Running {
  readonly result: Promise<CheckResult>;
  stop(): void;
}

function byConnection({ address, port, from }: Checked): Running {
  const socket = connect({ host: address, port, ...(from !== undefined && { localAddress: from }) });
  const result = new Promise<CheckResult>((resolve) => {
    socket.once('connect', () => {
      resolve({ good: true });
      socket.destroy();
    });
    socket.on('error', (error) => resolve({ good: false, why: error.message }));
  });
  return { result, stop: () => socket.destroy() };
}

function byRequest(check: HealthCheck, { address, port, from }: Checked): Running {
  const options = {
    host: address,
    port,
    path: check.path ?? '/',
    headers: { 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close' },
    agent: false as const,
    ...(from !== undefined && { localAddress: from }),
  };
  const isTls = check.protocol.toUpperCase() === 'HTTPS';
  // Load balancers do not look at certificates of targets.
  const asked = isTls ? askHttps({ ...options, rejectUnauthorized: false }) : askHttp(options);
  asked.end();
  return { result: answerOf(asked, check), stop: () => asked.destroy() };
}

function answerOf(asked: ClientRequest, check: HealthCheck): Promise<CheckResult> {
  return new Promise((resolve) => {
    asked.once('response', (answer: IncomingMessage) => {
      const code = answer.statusCode ?? 0;
      asked.destroy();
      if (matches(check.matcher ?? '200-399', code)) resolve({ good: true });
      else resolve({ good: false, why: `answered ${code}, not ${check.matcher ?? '200-399'}` });
    });
    asked.on('error', (error) => resolve({ good: false, why: error.message }));
  });
}

/** Whether a status is among a matcher's codes: `200`, `200-399`, `200,301-302`. */
export function matches(matcher: string, code: number): boolean {
  return matcher.split(',').some((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return first <= code && code <= last;
  });
}
