import type { Lifecycle } from '@hapi/hapi';
import type { Logger } from '../../logging/logger.ts';
import { type ErrorResponse, errorResponse } from '../error-response.ts';

/** Docker's form: a status, and a message alone. */
export function dockerErrors(logger: Logger): Lifecycle.Method {
  return (request, h) => {
    const { response } = request;
    const reported = errorResponse(request, logger);
    if (!reported) return h.continue;
    const status = ofEngine(response) ?? statuses[reported.code] ?? reported.status;
    return h.response({ message: sentenceOf(reported, request.path) }).code(status);
  };
}

/** Where Docker's differs from ours. */
const statuses: Readonly<Record<string, number>> = {
  // More than one id begins so.
  ambiguous_container: 400,
  // Nothing is wrong with the request: there is no room for it now.
  unschedulable: 409,
  quota_exceeded: 409,
};

interface Wording {
  readonly ours: RegExp;
  readonly docker: string;
}

/** Clients look for Docker's own words in some. */
const wordings: Readonly<Record<string, Wording>> = {
  no_such_container: { ours: /^no container found with id or name /, docker: 'No such container: ' },
  no_such_image: { ours: /^no engine that was asked has an image /, docker: 'No such image: ' },
  name_taken: {
    ours: /^the container name (\S+) is taken(.*)$/,
    docker:
      'Conflict. The container name "/$1" is already in use by container "$1"$2. You have to remove (or rename) that container to be able to reuse that name.',
  },
};

/** What Docker has and this door has not, and what there is instead. */
const instead: Readonly<Record<string, string>> = {
  swarm: 'satsuma mesh',
  services: 'satsuma service',
  tasks: 'satsuma service ps',
  nodes: 'satsuma engine',
  secrets: 'satsuma secret',
  configs: 'satsuma secret',
};

function sentenceOf({ code, sentence, details }: ErrorResponse, path: string): string {
  const wording = wordings[code];
  if (wording) return sentence.replace(wording.ours, wording.docker);
  if (code === 'no_such_route') return absentSentence(path);
  if (code === 'unschedulable') return [sentence, ...reasonsIn(details)].join('; ');
  return sentence;
}

function absentSentence(path: string): string {
  const [, kind = ''] = /^(?:\/v[\d.]+)?\/(\w+)/.exec(path) ?? [];
  if (kind === 'plugins') return "Docker's plugins are not at this door: they are of each engine";
  if (!Object.hasOwn(instead, kind)) return 'page not found';
  return `Docker's Swarm mode is not at this door: see "${instead[kind]}"`;
}

/** Why no engine could take it, as an `Explanation` counts it. */
function reasonsIn(details: unknown): string[] {
  const { counts } = Object(details) as { readonly counts?: unknown };
  return (Array.isArray(counts) ? counts : []).map(({ message, engines }) => `${message} (engines: ${engines})`);
}

const deepest = 4;

/** Where an engine itself said no, it said so with a number. */
function ofEngine(error: unknown): number | undefined {
  let cause = error instanceof Error ? error.cause : undefined;
  for (let depth = 0; cause instanceof Error && depth < deepest; depth += 1) {
    const status = 'status' in cause ? cause.status : undefined;
    if (typeof status === 'number') return status >= 400 && status < 600 ? status : undefined;
    cause = cause.cause;
  }
  return undefined;
}
