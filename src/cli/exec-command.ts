import { Command } from 'commander';
import type { ExecBody, ExecLine } from '../api/exec.ts';
import { SatsumaError } from '../model/errors.ts';
import { given } from '../model/given.ts';
import { repeated } from '../run-options/placement-options.ts';
import { type ApiClient, ApiError, type ApiStream, streamedError } from './api-client.ts';
import { readEnvironmentFile } from './environment-file.ts';
import { IncompleteOperation, ProgramEnd } from './exit-codes.ts';
import { examples, paragraph } from './help-text.ts';
import { variable } from './image-options.ts';
import type { Io } from './io.ts';
import { jsonLines } from './json-lines.ts';
import type { OpenSession } from './process-session.ts';
import { detachKeysOption, exitCodeOfStart, exitLikeProcess, refuseNoTerminal } from './session-end.ts';
import { rawOption } from './write-log.ts';
import { type OutputWriter, outputWriter } from './write-output.ts';

/** Program and variables are part of the URL, which is limited to 16 KiB including all headers. */
const maxQueryLength = 12_000;

interface Flags {
  readonly detach?: boolean;
  readonly interactive?: boolean;
  readonly tty?: boolean;
  readonly detachKeys?: string;
  readonly env?: Record<string, string>;
  readonly envFile?: string[];
  readonly user?: string;
  readonly workdir?: string;
  readonly privileged?: boolean;
  readonly raw?: boolean;
}

interface ExecContext {
  readonly api: ApiClient;
  readonly stream: ApiStream;
  readonly session: OpenSession;
}

export function execCommand({ api, stream, session }: ExecContext, io: Io): Command {
  return new Command('exec')
    .passThroughOptions()
    .description('run a program in a running container')
    .addHelpText(
      'after',
      [
        paragraph('The exit code is that of the program, 126 if it cannot be run, and 127 if it does not exist.'),
        examples(
          'satsuma exec web ls /',
          'satsuma exec -it web sh',
          'satsuma exec -d web touch /tmp/seen',
          'satsuma exec -u postgres -e PGDATABASE=shop db psql -c "select 1"',
        ),
      ].join('\n'),
    )
    .argument('<container>', 'an id, a prefix of one, or a name')
    .argument('<program>', 'what to run')
    .argument('[args...]', 'its arguments')
    .option('-d, --detach', 'start the program in the background')
    .option('-i, --interactive', 'forward standard input')
    .option('-t, --tty', 'give the program a terminal')
    .option(...detachKeysOption)
    .option('-e, --env <NAME=VALUE>', 'set a variable; NAME alone takes its value from this shell', variable)
    .option('--env-file <file>', 'read variables from a file, one a line; may be repeated', repeated)
    .option('-u, --user <user>', 'name or UID of the user, and :GROUP')
    .option('-w, --workdir <folder>', 'working directory in the container')
    .option('--privileged', 'give the program all rights on the engine')
    .option(...rawOption)
    .action(async (container: string, program: string, args: string[], flags: Flags) => {
      const body: ExecBody = { cmd: [program, ...args], ...(await execFields(flags)) };
      const path = `apiv1/container/${encodeURIComponent(container)}/exec` as const;
      const { interactive = false, tty = false, raw = tty, detachKeys: detach_keys } = flags;
      // As in docker, even with -i: nobody could provide input.
      if (flags.detach) {
        const asked = { ...body, ...given({ tty: flags.tty }), detach: true };
        return void (await api('POST', path, asked).catch(failLikeDocker));
      }
      const write = outputWriter(io, { isRaw: raw });
      if (!interactive && !tty) return await follow(stream(`${path}?stream=true`, body), write);
      refuseNoTerminal(io, { interactive, tty });
      const { cmd, env = {}, ...rest } = body;
      const options = given({ tty, stdin: interactive, detach_keys, ...rest });
      const query = new URLSearchParams();
      for (const word of cmd) query.append('cmd', word);
      for (const pair of Object.entries(env)) query.append('env', pair.join('='));
      for (const [key, value] of Object.entries(options)) query.append(key, String(value));
      if (String(query).length > maxQueryLength) {
        const remedy = 'copy them into the container as a file with "satsuma cp", and run that; or leave out -i and -t';
        throw new SatsumaError('invalid', `program, arguments and variables are too long for a session: ${remedy}`);
      }
      const streams = { io, write, isInteractive: interactive, hasTerminal: tty };
      exitLikeProcess(io, await session(`${path}/ws?${query}`, streams));
    });
}

async function execFields({ env, envFile = [], user, workdir, privileged }: Flags): Promise<Partial<ExecBody>> {
  const files = await Promise.all(envFile.map(readEnvironmentFile));
  const all = files.length === 0 ? env : Object.assign({}, ...files, env);
  return given({ env: all, user, working_dir: workdir, privileged });
}

async function follow(answer: AsyncIterable<Buffer>, write: OutputWriter): Promise<void> {
  for await (const each of jsonLines<ExecLine>(answer)) {
    if ('exit_code' in each) throw new ProgramEnd(each.exit_code);
    if ('code' in each) throw streamedError(each);
    if ('data' in each) await write(each.stream, Buffer.from(each.data));
    if ('data_base64' in each) await write(each.stream, Buffer.from(each.data_base64, 'base64'));
  }
  throw new ApiError(502, 'the answer ended early: it is unknown whether the program ended', undefined);
}

/** docker exits with 1 if a detached program cannot be started; 126 and 127 are for attached ones. */
function failLikeDocker(error: unknown): never {
  const isOfProgram = error instanceof ApiError && error.status === 400 && exitCodeOfStart(error.message) !== undefined;
  throw isOfProgram ? new IncompleteOperation(1, error.message) : error;
}
