import { isAwsFailure } from '../../ports/aws.ts';

/** The answer, or undefined where AWS says that there is nothing of that name: for reads after a creation and for deletions. */
export async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isAwsFailure(error, 'not-found')) return undefined;
    throw error;
  }
}
