/** How another program calls this one: by its full path, since kubectl may run with another PATH and another Node. */
export const programItself = (): [string, ...string[]] => [process.execPath, process.argv[1]!];
