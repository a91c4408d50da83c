import type { ExecutionContext } from 'ava';
import type { Command } from 'commander';
import { apiClient, apiStream } from '../../src/cli/api-client.ts';
import { apiTransfer } from '../../src/cli/api-transfer.ts';
import type { Io } from '../../src/cli/io.ts';
import { sessionAt } from '../../src/cli/process-session.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { type Contexts, openContexts } from '../../src/config/contexts.ts';
import type { Gate } from '../../src/http/access-guard.ts';
import { createServer } from '../../src/http/server.ts';
import type { OidcSettings } from '../../src/model/oidc.ts';
import { startServer } from '../controllers/services/stage.ts';
import { startCluster, type TestCluster } from '../fixtures/harness.ts';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface TerminalOptions {
  /** Somebody looks after services. */
  readonly isKept?: boolean;
  /** Left out: open. */
  readonly gate?: Gate;
  readonly isAudited?: boolean;
  readonly oidc?: readonly OidcSettings[];
}

/** What a terminal has besides its text. */
export interface Screen extends Pick<Io, 'terminal' | 'errorTerminal' | 'errorControl' | 'onInterrupt' | 'input'> {
  /** Called with all that was written so far. */
  readonly onWrite?: (out: string) => void;
  /** The same of standard error. */
  readonly onError?: (err: string) => void;
  readonly contexts?: Contexts;
}

interface Terminal {
  readonly cluster: TestCluster;
  /** A line as it is typed, without any quotes; or its words. */
  type(line: string | readonly string[], screen?: Screen): Promise<Outcome>;
}

/** Of somebody who has no file of them. */
export const noContexts = openContexts({ HOME: '/nonexistent' });

/** A terminal on a real HTTP server with two fake engines. */
export async function terminal(
  t: ExecutionContext,
  { isKept = false, gate = 'open', isAudited = false, oidc }: TerminalOptions = {},
): Promise<Terminal> {
  const cluster = await startCluster(t, { engines: 2, isAudited });
  if (isKept) await startServer(t, cluster);
  const options = { host: '127.0.0.1', port: 0, allowedHosts: [], cluster, gate, configuration: {}, oidc };
  const server = await createServer(options);
  await server.start();
  t.teardown(() => server.stop());
  return { cluster, type: (line, screen) => typed(line, server.info.uri, screen) };
}

/** What a command says, and its exit code. Words are parted by spaces, and nothing else. */
export async function typed(
  line: string | readonly string[],
  host: string,
  { onWrite, onError, contexts = noContexts, ...screen }: Screen = {},
): Promise<Outcome> {
  const said = { out: '', err: '' };
  const io: Io = {
    ...screen,
    stdout: (text) => {
      said.out += text;
      onWrite?.(said.out);
    },
    stderr: (text) => {
      said.err += text;
      onError?.(said.err);
    },
    control: (sequence) => {
      said.out += sequence;
    },
    pipe: async (bytes) => {
      said.out += bytes;
      onWrite?.(said.out);
      return true;
    },
  };
  const words = typeof line === 'string' ? line.split(' ').filter(Boolean) : line;
  const never = () => Promise.reject(new Error('not here'));
  const code = await runCli(['node', 'satsuma', ...words], {
    io,
    serve: never,
    api: (...call) => apiClient(host, contexts.credentials())(...call),
    stream: (...call) => apiStream(host, contexts.credentials())(...call),
    transfer: (...call) => apiTransfer(host, contexts.credentials())(...call),
    session: (...call) => sessionAt(host, contexts.credentials())(...call),
    contexts,
  });
  return { code, ...said };
}

/** The cells of a table that is printed. */
export function cells(table: string): string[][] {
  return table
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd().split(/\s{2,}/));
}

/** Every command of the program, groups too, by what is typed behind `satsuma`. */
export function commandPaths(): (readonly [path: string, command: Command])[] {
  const never = () => Promise.reject(new Error('not here'));
  const io: Io = { stdout: () => undefined, stderr: () => undefined, control: () => undefined, pipe: never };
  const stream = () => {
    throw new Error('not here');
  };
  // What only completion asks is not shown.
  const shown = (command: Command) => {
    const visible = command.createHelp().visibleCommands(command);
    return command.commands.filter((each) => visible.includes(each));
  };
  const below = (command: Command, path: readonly string[]): (readonly [string, Command])[] => [
    [path.join(' '), command],
    ...shown(command).flatMap((each) => below(each, [...path, each.name()])),
  ];
  return below(
    buildProgram({ io, api: never, stream, transfer: never, session: never, serve: never, contexts: noContexts }),
    [],
  );
}
