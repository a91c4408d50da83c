import { Command } from 'commander';
import type { Contexts } from '../config/contexts.ts';
import { SatsumaError } from '../model/errors.ts';
import { version } from '../runtime/package-root.ts';
import { accountCommands } from './account-commands.ts';
import { type ApiStream, type ApiTransport, knowingRoutes } from './api-client.ts';
import type { ApiTransfer } from './api-transfer.ts';
import { attachCommand } from './attach-command.ts';
import { auditCommands } from './audit-commands.ts';
import { backupCommands } from './backup-commands.ts';
import { caCommands } from './ca-commands.ts';
import { canICommand } from './can-i-command.ts';
import { catalogCommand } from './catalog-command.ts';
import { changeCommands } from './change-commands.ts';
import { clusterCommand } from './cluster-command.ts';
import { completeWordsCommand, completionCommand } from './completion-command.ts';
import { composeCommands } from './compose/compose-commands.ts';
import { configureHelp, pathOf } from './configure-help.ts';
import { containerCommands } from './container-commands.ts';
import { contextCommands } from './context-commands.ts';
import { copyCommand } from './copy/copy-command.ts';
import { deployCommand } from './deployment/deploy-command.ts';
import { deploymentCommands } from './deployment/deployment-commands.ts';
import { diffCommand } from './diff-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { domainCommands } from './domain-commands.ts';
import { drainCommand } from './drain-command.ts';
import { engineCommands } from './engine-commands.ts';
import { engineImageCommands } from './engine-image-commands.ts';
import { eventsCommand } from './events-command.ts';
import { execCommand } from './exec-command.ts';
import { exitCodes, IncompleteOperation } from './exit-codes.ts';
import { exportCommand } from './export-command.ts';
import { examples, paragraph } from './help-text.ts';
import { inspectAnyCommand } from './inspect-any-command.ts';
import type { Io } from './io.ts';
import { jobCommands } from './job-commands.ts';
import { lifecycleCommands } from './lifecycle-commands.ts';
import { loginCommand, logoutCommand } from './login-command.ts';
import { logsCommand } from './logs-command.ts';
import { meshCommands } from './mesh-commands.ts';
import { networkCommands } from './network-commands.ts';
import { policyCommands } from './policy-commands.ts';
import { portCommand } from './port-command.ts';
import type { OpenSession } from './process-session.ts';
import { projectCommands } from './project-commands.ts';
import { rebalanceCommand } from './rebalance-command.ts';
import { registryCommands } from './registry-commands.ts';
import { rehearseCommand } from './rehearse-command.ts';
import { roleCommands } from './role-commands.ts';
import { routerCommands } from './router-commands.ts';
import { runCommands } from './run-commands.ts';
import { savedImageCommands } from './saved-image-commands.ts';
import { secretCommands } from './secret-commands.ts';
import { type Serve, serveCommand } from './serve-command.ts';
import { serviceCommands } from './service-commands.ts';
import { statsCommand } from './stats-command.ts';
import { storeCommands } from './store-commands.ts';
import { wrapped } from './table-fit.ts';
import { tokenCommands } from './token-commands.ts';
import { versionCommand } from './version-command.ts';
import { volumeCommands } from './volume-commands.ts';
import { webhookCommands } from './webhook-commands.ts';
import { whoamiCommand } from './whoami-command.ts';

export interface ProgramOptions {
  readonly io: Io;
  readonly api: ApiTransport;
  readonly stream: ApiStream;
  readonly transfer: ApiTransfer;
  readonly session: OpenSession;
  readonly serve: Serve;
  readonly contexts: Contexts;
}

/**
 * Builds the `satsuma` command. Throws instead of exiting. `only`: the command that is typed; the others are not built
 * then, because building all of them takes longer than most commands do. Whatever is no command's name builds all.
 */
export function buildProgram(
  { io, api: transport, stream, transfer, session, serve, contexts }: ProgramOptions,
  only?: string,
): Command {
  const api = knowingRoutes(transport);
  const program = new Command('satsuma')
    .enablePositionalOptions()
    .version(version, '-v, --version', 'print the version')
    .option('--context <name>', 'talk to the server of this context, see "satsuma context"')
    .description('Runs containers on many Docker engines: curl in, containers out, no agent on the hosts.')
    .addHelpText(
      'after',
      `${examples('satsuma engine add web-1 https://10.0.0.11:2376', 'satsuma run -p 80:80 nginx', 'satsuma help service create')}\n${paragraph('The server is that of --context, SATSUMA_HOST, SATSUMA_CONTEXT or "satsuma context use", in this order, or else at http://127.0.0.1:8080.')}\n\nExit codes:\n${codes()}`,
    );
  const makers: readonly (readonly [names: string, make: () => Command | readonly Command[]])[] = [
    ['serve', () => serveCommand(serve)],
    ['ca', () => caCommands(api, io)],
    ['engine', () => engineCommands(api, io)],
    ['run plan', () => runCommands({ api, stream, session }, io)],
    ['ps rm', () => containerCommands(api, io)],
    ['inspect show', () => inspectAnyCommand(api, io)],
    ['start stop restart pause unpause kill top', () => lifecycleCommands({ api, session, stream }, io)],
    ['wait rename update commit', () => changeCommands(api, io)],
    ['diff', () => diffCommand(api, io)],
    ['export', () => exportCommand(stream, io)],
    ['cp', () => copyCommand(transfer, io)],
    ['exec', () => execCommand({ api, stream, session }, io)],
    ['attach', () => attachCommand({ api, session }, io)],
    ['port', () => portCommand(api, io)],
    ['logs', () => logsCommand(stream, io)],
    ['stats', () => statsCommand(api, stream, io)],
    ['events', () => eventsCommand(stream, io)],
    ['service', () => serviceCommands(api, stream, io)],
    ['compose', () => composeCommands(api, stream, io)],
    ['deploy', () => deployCommand(api, stream, io)],
    ['deployment', () => deploymentCommands(api, io)],
    ['image', () => savedImageCommands(api, stream, io)],
    ['engine-image images build pull push save tag rmi history', () => engineImageCommands(api, stream, io)],
    ['registry', () => registryCommands(api, io)],
    ['catalog', () => catalogCommand(api, io)],
    ['drain', () => drainCommand(api, io)],
    ['rebalance', () => rebalanceCommand(api, io)],
    ['rehearse', () => rehearseCommand(api, io)],
    ['job', () => jobCommands(api, stream, io)],
    ['volume', () => volumeCommands(api, stream, io)],
    ['network', () => networkCommands(api, io)],
    ['mesh', () => meshCommands(api, io)],
    ['router', () => routerCommands(api, io)],
    ['domain', () => domainCommands(api, io)],
    ['cluster', () => clusterCommand(api, io)],
    ['doctor', () => doctorCommand(api, contexts, io)],
    ['webhook', () => webhookCommands(api, io)],
    ['context', () => contextCommands(contexts, io)],
    ['login', () => loginCommand(api, contexts, io)],
    ['logout', () => logoutCommand(api, contexts, io)],
    ['account', () => accountCommands(api, io)],
    ['token', () => tokenCommands(api, io)],
    ['role', () => roleCommands(api, io)],
    ['secret', () => secretCommands(api, io)],
    ['policy', () => policyCommands(api, io)],
    ['project', () => projectCommands(api, io)],
    ['can-i', () => canICommand(api, io)],
    ['whoami', () => whoamiCommand(api, contexts, io)],
    ['version', () => versionCommand(api, contexts, io)],
    ['store', () => storeCommands(io)],
    ['backup restore', () => backupCommands(stream, io)],
    ['audit', () => auditCommands(api, stream, io)],
    ['completion', () => completionCommand(io)],
  ];
  const topLevel = makers.flatMap(([names]) => names.split(' '));
  const selected = makers.filter(([names]) => only !== undefined && names.split(' ').includes(only));
  for (const [, make] of selected.length > 0 ? selected : makers)
    for (const command of [make()].flat()) program.addCommand(command);
  program.addCommand(completeWordsCommand(stream, contexts, io), { hidden: true });
  program.hook('preAction', () => {
    const { context } = program.opts<{ readonly context?: string }>();
    if (context !== undefined) contexts.choose(context);
  });
  program.hook('preAction', refuseEmptyNames);
  program.helpCommand(false).addCommand(helpCommand());
  applyToAll(program, (command) => {
    configureHelp(command, io, topLevel);
    for (const alias of command.parent?.parent ? (otherNames[command.name()] ?? []) : []) command.alias(alias);
  });
  return program;
}

function codes(): string {
  return Object.entries(exitCodes)
    .flatMap(([code, meaning]) => {
      const [first, ...rest] = wrapped(meaning, 80 - 7);
      return [`  ${code.padEnd(3)}  ${first}`, ...rest.map((each) => `       ${each}`)];
    })
    .join('\n');
}

function applyToAll(command: Command, apply: (command: Command) => void): void {
  apply(command);
  for (const child of command.commands) applyToAll(child, apply);
}

/** Alternative names of subcommands in docker and other tools. */
const otherNames: Readonly<Record<string, readonly string[]>> = { ls: ['list'], rm: ['remove'] };

/** `help a b` is the same as `a b --help`. */
function helpCommand(): Command {
  const help = new Command('help')
    .description('show the help of a command')
    .argument('[command...]', 'its name, for example: service create')
    .addHelpText('after', examples('satsuma help service create'));
  return help.action((words: string[]) => {
    const program = help.parent ?? help;
    const found = words.reduce<Command>((group, word) => {
      const child = group.commands.find((each) => each.name() === word || each.aliases().includes(word));
      if (child) return child;
      throw new IncompleteOperation(2, `there is no command ${word}: see "${pathOf(group)} --help"`);
    }, program);
    found.outputHelp();
  });
}

const nouns = [
  'account',
  'container',
  'context',
  'engine',
  'image',
  'job',
  'policy',
  'project',
  'role',
  'service',
  'token',
  'webhook',
] as const;

/**
 * Rejects empty operands before a command runs: usually a script's variable is not set. Arguments of containers are not
 * checked. Throws `invalid`.
 */
function refuseEmptyNames(_: Command, command: Command): void {
  for (const [index, argument] of command.registeredArguments.entries()) {
    if (argument.name() === 'args') return;
    const operands = argument.variadic ? command.args.slice(index) : command.args.slice(index, index + 1);
    if (operands.includes('')) throw new SatsumaError('invalid', `${subjectOf(command, argument.name())} is empty`);
  }
}

function subjectOf(command: Command, argument: string): string {
  const group = command.parent?.parent ? command.parent.name() : '';
  const noun = nouns.find((each) => each === argument) ?? nouns.find((each) => each === group);
  const isName = ['name', 'id', 'what', ...nouns].includes(argument);
  if (isName && group === '' && noun === undefined) return 'the name';
  if (!isName || noun === undefined) return `the argument ${argument.toUpperCase()}`;
  return `the name of ${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}
