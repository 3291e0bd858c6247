import { AwsError } from '../../call.ts';

const maxBytes = 16 * 1024;

/** Checks user data as EC2 does: base64 of at most 16 KiB. */
export function checkUserData(text: string | undefined): void {
  if (text === undefined || text === '') return;
  const compact = text.replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact) || compact.length % 4 !== 0) {
    throw new AwsError('InvalidUserData.Malformed', 'Invalid BASE64 encoding of user data.');
  }
  if (Buffer.from(compact, 'base64').length > maxBytes) {
    throw new AwsError('InvalidParameterValue', `User data is limited to ${maxBytes} bytes`);
  }
}
