import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['**/*.cuts.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      { test: { name: 'cuts', include: ['src/**/*.cuts.test.ts', 'test/**/*.cuts.test.ts'], testTimeout: 3_600_000 } },
    ],
  },
});
