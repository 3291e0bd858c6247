import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../src/adapters/clock.ts';
import { makeGiven, specOf } from '../given-cluster.ts';
import { runCli } from '../run-cli.ts';
import type { TerraformProgram } from '../terraform-program.ts';
import { init, mustPlanNothing, mustRun, unprotect } from '../terraform-stages.ts';
import { embeddedCredentials, fine, speed, startRecordedAws } from './record.ts';
import type { Recording } from './recording.ts';

/** Apply, plan and destroy of both of the article's clusters by Terraform, of what we export. */
export async function recordTerraformRuns(terraform: TerraformProgram): Promise<Recording> {
  await using aws = await startRecordedAws();
  const { endpoint } = aws.proxy;
  const given = await makeGiven(endpoint, { credentials: embeddedCredentials, clock: systemClock });
  for (const example of ['seed-eks', 'seed-kops'] as const) {
    const [file, folder] = [join(aws.home, `${example}.yaml`), join(aws.home, example)];
    writeFileSync(file, specOf(example, given));
    const words = ['export', 'terraform', '-f', file, '--out', folder];
    fine(`export of ${example}`, await runCli(words, { env: { ...aws.env, QUILLA_AWS: 'embedded' } }));
    const place = { terraform, folder, endpoint };
    await init(place);
    await mustRun(place, ['apply', '-input=false', '-auto-approve']);
    await mustPlanNothing(place, `the second plan of ${example}`);
    await unprotect(place);
    await mustRun(place, ['destroy', '-input=false', '-auto-approve']);
  }
  return { format: 1, of: 'terraform: apply, plan and destroy of both clusters', speed, calls: aws.proxy.calls };
}
