import { Command } from 'commander';
import type { DeploymentPlan, SetUpLine } from '../../api/deployment.ts';
import { given } from '../../model/given.ts';
import { decimal } from '../../run-options/numbers.ts';
import type { ApiClient, ApiStream } from '../api-client.ts';
import { type ChangeRow, changeLines } from '../change-lines.ts';
import { IncompleteOperation } from '../exit-codes.ts';
import { examples, paragraph } from '../help-text.ts';
import type { Io } from '../io.ts';
import { jsonLines } from '../json-lines.ts';
import { line } from '../line.ts';
import { type OutputFlags, withJson, writeJson } from '../output.ts';
import { secondsUntil } from '../poll.ts';
import { readService, waitForService } from '../wait-for-service.ts';
import { buildApps, readCode, withBuild } from './build-apps.ts';
import { openTemplate } from './open-template.ts';

interface Flags extends OutputFlags {
  readonly detach?: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly infrastructure?: string;
  readonly lan?: string;
  readonly project?: string;
  readonly wan?: string;
  readonly timeout: number;
}

const defaultTimeoutSeconds = 600;

/** `deploy`: creates or changes a deployment to match a template. */
export function deployCommand(api: ApiClient, stream: ApiStream, io: Io): Command {
  return withJson(new Command('deploy'))
    .description('deploy an application from a template, across all engines')
    .argument('<template>', 'the file; - is standard input')
    .argument('<name>', 'name of the deployment; a template can be deployed several times under different names')
    .option('-d, --detach', 'do not wait until the services are ready')
    .option('--dry-run', 'show what would be done')
    .option('--force', 'also replace the replicas of unchanged services')
    .option('--infrastructure <file>', 'how many replicas its services have, where, and how large they are')
    .option(
      '--lan <way>',
      'how its services connect, for a new deployment: host_lan, network_lan or a plug-in of the server',
    )
    .option(
      '--wan <way>',
      'how they are reached from outside, for a new deployment: host_wan or a plug-in of the server',
    )
    .option('--project <name>', 'the project in Satsuma, for a new deployment')
    .option('--timeout <seconds>', 'maximum time to wait', decimal, defaultTimeoutSeconds)
    .addHelpText('after', paragraph('It can be interrupted at any time: run it again to continue.'))
    .addHelpText(
      'after',
      examples(
        'satsuma deploy template.yaml myapp-staging',
        'satsuma deploy --dry-run template.yaml myapp',
        'satsuma deploy --infrastructure production.yaml template.yaml myapp',
      ),
    )
    .action(async (path: string, name: string, flags: Flags) => {
      const endMs = performance.now() + flags.timeout * 1000;
      const { services: written, globals, code, infrastructure } = await openTemplate(path, name, flags.infrastructure);
      const apps = await readCode(name, code, io);
      const services = {
        ...written,
        ...Object.fromEntries(apps.map((app) => [app.key, withBuild(written[app.key], app)])),
      };
      const body = { services, globals, ...given({ infrastructure, force: flags.force }) };
      const { data: plan } = await api('POST', `apiv1/deployment/${name}/plan`, body);
      const say = (text: string) => (flags.json ? io.stderr : io.stdout)(text);
      for (const each of changeLines(name, rowsOf(plan), { orphans: orphansOf(plan), hint })) say(each);
      if (!flags.dryRun && rowsOf(plan).some(({ action }) => action !== 'keep')) {
        const changed = new Set(plan.services.filter(({ action }) => action !== 'keep').map(({ service }) => service));
        // A failed build changes nothing.
        await buildApps(
          { api, stream, io },
          apps.filter(({ service }) => changed.has(service)),
          flags.project,
        );
        await api('PUT', `apiv1/deployment/${name}`, given({ lan: flags.lan, wan: flags.wan, project: flags.project }));
        const written = await carryOut(stream(`apiv1/deployment/${name}/setup`, body), say);
        for (const service of flags.detach ? [] : written) {
          const options = { what: 'the start', timeoutSeconds: secondsUntil(endMs), json: flags.json };
          await waitForService({ api, io }, await readService(api, service), options);
        }
      }
      if (flags.json) writeJson(io, { deployment: name, changes: rowsOf(plan) });
    });
}

const hint = 'the deployment and not in the template: "satsuma service rm" or "domain rm" removes it';

/** `domains` is absent in answers of older servers. */
function rowsOf({ services, domains = [] }: Partial<DeploymentPlan>): ChangeRow[] {
  return [
    ...(services ?? []).map(({ name, action, fields, reason }) => ({ kind: 'service', name, action, fields, reason })),
    ...domains.map(({ domain: name, action, fields, reason }) => ({ kind: 'domain', name, action, fields, reason })),
  ];
}

function orphansOf({ others = [], other_domains = [] }: Partial<DeploymentPlan>): Pick<ChangeRow, 'kind' | 'name'>[] {
  return [
    ...others.map((name) => ({ kind: 'service', name })),
    ...other_domains.map((name) => ({ kind: 'domain', name })),
  ];
}

/** Returns the services that were written. Throws `NotDone` if one could not be. */
async function carryOut(answer: AsyncIterable<Buffer>, say: (text: string) => void): Promise<readonly string[]> {
  const written: string[] = [];
  const failed: string[] = [];
  for await (const { service, event, name = service, text = '', domain } of jsonLines<SetUpLine>(answer)) {
    if (domain !== undefined) {
      if (event !== 'unchanged') say(line`domain ${domain}: ${event}`);
      continue;
    }
    if (event === 'created' || event === 'changed') {
      written.push(name);
      say(line`service ${name}: ${event}`);
    } else if (event === 'held') say(line`${service} is held: ${text}`);
    else if (event === 'says') say(line`${service}: ${text}`);
    else if (event === 'failed') failed.push(`${service}: ${text}`);
  }
  if (failed.length > 0) throw new IncompleteOperation(1, failed.join('\n'));
  return written;
}
