import { AwsError } from '../../call.ts';

/** The policy of an endpoint that was made without one: it lets everything through. */
export const openPolicy = JSON.stringify({
  Version: '2008-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
});

/** The policy of a request, or the open one. Throws InvalidPolicyDocument where it is no JSON. */
export function checkPolicy(text: string | undefined): string {
  if (text === undefined || text === '') return openPolicy;
  try {
    JSON.parse(text);
  } catch {
    throw new AwsError('InvalidPolicyDocument', 'The policy document is not valid JSON.');
  }
  return text;
}
