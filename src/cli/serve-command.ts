import { Command } from 'commander';
import type { Overrides } from '../config/sources.ts';
import { examples, paragraph } from './help-text.ts';

export interface ServeOptions {
  readonly file: string | undefined;
  readonly overrides: Overrides;
}

/** Serves until it is told to stop. */
export type Serve = (options: ServeOptions) => Promise<void>;

interface Flags {
  readonly conf?: string;
  readonly listen?: string;
  readonly dataDir?: string;
  readonly redisUrl?: string;
  readonly redisUrlFile?: string;
  readonly redisPrefix?: string;
  readonly insecure?: boolean;
}

export function serveCommand(serve: Serve): Command {
  return new Command('serve')
    .description('serve the HTTP API')
    .option('--conf <file>', 'configuration, JSON or YAML')
    .option('--listen <address>', 'where to listen, for example 127.0.0.1:8080')
    .option('--data-dir <dir>', 'where the embedded store keeps its file')
    .option(
      '--redis-url <url>',
      'keep state in Redis: redis://host:6379; without a password, which other users could read',
    )
    .option('--redis-url-file <file>', 'a file that holds the URL of Redis, with its password')
    .option('--redis-prefix <prefix>', "prefix of Satsuma's keys in Redis")
    .option('--insecure', 'allow remote access without accounts or without TLS')
    .addHelpText(
      'after',
      [
        paragraph(
          'Every key of the file can also be given as a variable: SATSUMA_LISTEN_ADDR, SATSUMA_REDIS_URL, and so on.',
        ),
        examples(
          'satsuma serve --conf example/config.json',
          'satsuma serve --redis-url redis://127.0.0.1:6379 --listen 127.0.0.1:8081',
        ),
      ].join('\n'),
    )
    .action(({ conf, listen, dataDir, redisUrl, redisUrlFile, redisPrefix, insecure }: Flags) =>
      serve({
        file: conf,
        overrides: {
          ...{ 'listen-addr': listen, 'data-dir': dataDir, insecure },
          ...{ 'redis-url': redisUrl, 'redis-url-file': redisUrlFile, 'redis-prefix': redisPrefix },
        },
      }),
    );
}
