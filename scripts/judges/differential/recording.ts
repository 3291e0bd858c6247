import { readFileSync, writeFileSync } from 'node:fs';
import type { RecordedCall } from '../recording-proxy.ts';

/** What a program asked of an embedded AWS and was answered, in order. */
export interface Recording {
  readonly format: 1;
  /** What ran, for the verdict. */
  readonly of: string;
  /** How many times faster than wall time the recorded AWS's clock ran: moments of calls are of wall time. */
  readonly speed: number;
  readonly calls: readonly RecordedCall[];
}

export function readRecording(file: string): Recording {
  const recording = JSON.parse(readFileSync(file, 'utf8')) as Recording;
  if (recording.format !== 1) throw new Error(`${file} is no recording of this version`);
  return recording;
}

export const writeRecording = (file: string, recording: Recording): void =>
  writeFileSync(file, `${JSON.stringify(recording)}\n`);
