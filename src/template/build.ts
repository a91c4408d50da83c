import { quoted } from '../application/problems.ts';
import type { Fields } from '../application/value.ts';

/** How the image of a service is made from a tree of files. */
export interface Build {
  /** The folder that the client uploads, from the template on. */
  readonly git: string;
  readonly dockerfile: string;
}

/** `git: .`, with or without `dockerfile`. */
export function buildOf(fields: Fields): Build | undefined {
  const git = fields.take('git');
  const dockerfile = fields.take('dockerfile');
  if (!git) {
    dockerfile?.fail('needs git beside it, the folder that is built');
    return undefined;
  }
  const folder = git.text() ?? '';
  if (/^[a-z+]+:\/\/|^[^/]+@[^/]+:/i.test(folder))
    git.fail(`is ${quoted(folder)}: it must be a folder beside the template, like "."`);
  const file = dockerfile?.text() ?? 'Dockerfile';
  if (file.startsWith('/') || file.split('/').includes('..') || file === '')
    dockerfile?.fail('must be a path below the folder');
  return { git: folder, dockerfile: file };
}
