import { describe, expect, it } from 'vitest';
import { checkToken, userOf } from './authentication.ts';
import { eksToken } from './kubectl-trial.ts';
import { entry, kubernetesTrial } from './kubernetes-trial.ts';

const user = 'arn:aws:iam::123456789012:user/admin';
const refused = (check: ReturnType<typeof checkToken>): string => ('refused' in check ? check.refused : '');

describe('a token', () => {
  it('of a presigned GetCallerIdentity for this cluster names its IAM principal', async () => {
    const trial = kubernetesTrial({ addons: [] });
    const check = checkToken(trial.turn(), await eksToken('k8s'), { cluster: 'k8s', wallNow: Date.now() });
    expect(check).toMatchObject({ arn: user });
  });

  it('for another cluster is refused: its name is signed', async () => {
    const trial = kubernetesTrial({ addons: [] });
    expect(refused(checkToken(trial.turn(), await eksToken('other'), { cluster: 'k8s', wallNow: Date.now() }))).toMatch(
      /signature we calculated does not match/,
    );
  });

  it('is refused when it has expired, lives too long, or is signed with another key', async () => {
    const trial = kubernetesTrial({ addons: [] });
    // STS takes no notice of X-Amz-Expires: a token is good for 15 minutes.
    const late = { cluster: 'k8s', wallNow: Date.now() + 16 * 60_000 };
    expect(refused(checkToken(trial.turn(), await eksToken('k8s', { expiresIn: 60 }), late))).toMatch(/expired/);
    const now = { cluster: 'k8s', wallNow: Date.now() };
    expect(refused(checkToken(trial.turn(), await eksToken('k8s', { expiresIn: 3600 }), now))).toMatch(
      /invalid X-Amz-Expires/,
    );
    expect(refused(checkToken(trial.turn(), await eksToken('k8s', { secretAccessKey: 'wrong' }), now))).toMatch(
      /signature/,
    );
    const elsewhere = (url: string): string => `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
    expect(refused(checkToken(trial.turn(), elsewhere('http://sts.us-east-1.amazonaws.com/'), now))).toMatch(
      /unexpected scheme/,
    );
    expect(refused(checkToken(trial.turn(), elsewhere('https://sts.example.com/'), now))).toMatch(
      /unexpected hostname/,
    );
    expect(refused(checkToken(trial.turn(), 'k8s-aws-v2.abc', now))).toMatch(/missing expected "k8s-aws-v1\." prefix/);
  });

  it('of a principal without an access entry is nobody, with one a user with its groups and policies', async () => {
    const trial = kubernetesTrial({ addons: [] });
    const token = await eksToken('k8s');
    expect(userOf(trial.turn(), trial.state, { token, wallNow: Date.now() })).toBeUndefined();
    trial.eks.accessEntries[user] = { ...entry(user, 'STANDARD'), username: user, groups: ['viewers'] };
    expect(userOf(trial.turn(), trial.state, { token, wallNow: Date.now() })).toMatchObject({
      name: user,
      groups: ['viewers', 'system:authenticated'],
    });
  });
});
