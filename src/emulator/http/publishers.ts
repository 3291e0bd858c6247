import { publishedText } from '../publishers/published-files.ts';
import { type EmbeddedPath, textAnswer } from './embedded-path.ts';

/** What publishers of programs serve: `GET /_embedded/publishers/HOST/PATH` stands for `https://HOST/PATH`. */
export const publishersPath: EmbeddedPath = {
  name: 'publishers',
  answer: (_, rest) => {
    const text = publishedText(`https://${rest}`);
    return text === undefined ? textAnswer(404, 'Not Found\n') : textAnswer(200, text);
  },
};
