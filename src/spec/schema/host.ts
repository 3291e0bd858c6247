import * as z from 'zod';
import { pairs } from './maps.ts';
import { ruled } from './scalars.ts';

const quote = (value: string): string => JSON.stringify(value);

const absolutePath = ruled((value) => {
  const parts = value.split('/');
  const isPlain = value.startsWith('/') && parts.slice(1).every((part) => part !== '' && part !== '.' && part !== '..');
  return isPlain && !/\p{Cc}/u.test(value)
    ? undefined
    : {
        code: 'spec.bad-host-setting',
        detail: `${quote(value)} is not the absolute path of a file`,
        fix: 'Write it from the root, without . and ..: /etc/motd.',
      };
}, '^/.+$');

const fileMode = ruled(
  (value) =>
    /^0?[0-7]{3}$|^[0-7]{4}$/.test(value)
      ? undefined
      : {
          code: 'spec.bad-host-setting',
          detail: `${quote(value)} is not the mode of a file`,
          fix: 'Write octal digits in quotes: "0644".',
        },
  '^[0-7]{3,4}$',
);

/** What dpkg and rpm allow in names, and a version after = or -. Nothing of it means anything to a shell. */
const packageName = ruled(
  (value) =>
    /^[A-Za-z0-9][A-Za-z0-9+._:=~-]*$/.test(value)
      ? undefined
      : {
          code: 'spec.bad-host-setting',
          detail: `${quote(value)} is not the name of a package`,
          fix: 'One package each, as dnf or apt-get knows it: htop.',
        },
  '^[A-Za-z0-9][A-Za-z0-9+._:=~-]*$',
);

const sysctls = pairs((key, value) => {
  if (!/^[a-z0-9_]+([./][A-Za-z0-9_*-]+)+$/.test(key))
    return {
      code: 'spec.bad-host-setting',
      detail: `${quote(key)} is not the name of a sysctl`,
      fix: 'It is written like net.core.somaxconn.',
    };
  return value.trim() !== '' && !/[\r\n]/.test(value)
    ? undefined
    : { code: 'spec.bad-host-setting', detail: `${quote(value)} is not a value of the sysctl ${key}` };
});

const file = z.strictObject({
  path: absolutePath.describe('Absolute path of the file.'),
  content: z
    .string()
    .max(8192)
    .describe('Its whole text. It stands in user data, which anybody who may describe instances can read.'),
  mode: fileMode.optional().describe('Its mode, octal and in quotes. Default "0644".'),
});

/** What a machine gets beside Kubernetes. */
export const hostInput = z.strictObject({
  files: z.array(file).max(50).optional().describe('Files that are written.'),
  packages: z.array(packageName).max(100).optional().describe('Packages that are installed, by dnf or apt-get.'),
  commands: z
    .array(z.string().min(1))
    .max(50)
    .optional()
    .describe('Shell commands, run as root at each boot, after files, packages and sysctls.'),
  sysctls: sysctls.optional().describe('Kernel settings: net.core.somaxconn: "4096".'),
});
