import { type Invocation, textOf } from './command.ts';

/** Whether the verb runs on the AWS that comes inside. */
export const isEmbedded = (invocation: Invocation): boolean =>
  (textOf(invocation, 'aws') ?? invocation.io.env.QUILLA_AWS) === 'embedded';

/** The day of the embedded AWS's beginning: its catalog's. */
const embeddedDay = Date.UTC(2026, 10, 1);

/** The day by which versions are judged: on the embedded AWS the one that it begins on, or examples would rot as versions end. */
export const todayFor = (invocation: Invocation): Date => (isEmbedded(invocation) ? new Date(embeddedDay) : new Date());
