/** What a user can mend: the program prints it as `error WHY` and what to do. */
export class MachinesError extends Error {
  override readonly name = 'MachinesError';
  readonly fix: string | undefined;
  /** 2 for a command line that asks for what cannot be. */
  readonly exit: 1 | 2;

  constructor(why: string, { fix, exit = 1 }: { fix?: string; exit?: 1 | 2 } = {}) {
    super(why);
    this.fix = fix;
    this.exit = exit;
  }
}
