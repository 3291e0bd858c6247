import { expect, test } from 'vitest';
import { librariesIn } from './images-host-programs.ts';

test('libraries of programs are those that ldd gives a place, each once', () =>
  expect(
    librariesIn(
      [
        '/usr/sbin/nft:',
        '\tlinux-vdso.so.1 (0x00007f807a2f2000)',
        '\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f8079fe3000)',
        '\t/lib64/ld-linux-x86-64.so.2 (0x00007f807a2f4000)',
        '/usr/lib/x86_64-linux-gnu/xtables/libxt_statistic.so:',
        '\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f3f5b0f0000)',
        '\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f3f5af0e000)',
        '\tlibgone.so.1 => not found',
        '',
      ].join('\n'),
    ),
  ).toEqual(['/lib/x86_64-linux-gnu/libc.so.6', '/lib64/ld-linux-x86-64.so.2', '/lib/x86_64-linux-gnu/libm.so.6']));
