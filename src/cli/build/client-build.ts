import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { BuildEnd, BuildLine } from '../../api/build.ts';
import { buildCopies, digestPrefix } from '../../model/build.ts';
import { SatsumaError } from '../../model/errors.ts';
import { visibleLines } from '../../model/visible-text.ts';
import { type ApiClient, ApiError, type ApiStream } from '../api-client.ts';
import type { Io } from '../io.ts';
import { jsonLines } from '../json-lines.ts';
import { line } from '../line.ts';
import { type Client, isAway, sendUpload } from './send-upload.ts';

/** How it is built, in the words of the query of the route. */
type BuildQuery = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface ClientBuild {
  /** The same bytes each time, unless what they are read from was changed. */
  readonly open: () => AsyncIterable<Buffer>;
  /** It can be opened once only, like standard input: it cannot be resumed. */
  readonly isOnce?: boolean;
  readonly query: BuildQuery;
}

interface Watching {
  readonly onLog: (text: string) => void;
  /** Of the upload, and of copies that are made. */
  readonly onCopy?: (text: string) => void;
}

/** Of all that goes into a build: where nothing of it is changed, what was built is the same. */
export async function buildDigest({ open, query }: ClientBuild): Promise<string> {
  const hash = createHash('sha256').update(digestPrefix(query));
  for await (const bytes of open()) hash.update(bytes);
  return hash.digest('hex');
}

/** Whether an engine has an image of that name. */
async function isBuilt(api: ApiClient, name: string): Promise<boolean> {
  try {
    await api('GET', `apiv1/engine-images/inspect?${new URLSearchParams({ name })}`);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}

/** Uploads what is built, and tells what its engine writes. Throws ApiError: `build_failed` where it fails. */
export async function runBuild(
  client: Client,
  { open, query, isOnce = false }: ClientBuild,
  { onLog, onCopy = () => undefined }: Watching,
): Promise<BuildEnd> {
  const upload = isOnce ? undefined : await sendUpload(client, open, { say: onCopy });
  const built = (body: AsyncIterable<Buffer>, more: BuildQuery) =>
    follow(client.stream, { body, query: { ...query, ...more } }, { onLog, onCopy });
  if (upload === undefined) return await built(open(), {});
  return await built(nothing(), { upload }).catch((error: unknown) => {
    // Behind a load balancer, another server may get this request.
    if (!isAway(error)) throw error;
    return built(open(), {});
  });
}

async function* nothing(): AsyncGenerator<Buffer> {}

async function follow(
  stream: ApiStream,
  { body, query }: { readonly body: AsyncIterable<Buffer>; readonly query: BuildQuery },
  { onLog, onCopy }: Required<Watching>,
): Promise<BuildEnd> {
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) if (each !== undefined) words.append(key, String(each));
  }
  const answer = stream(`apiv1/engine-images/build?${words}`, Readable.from(body, { objectMode: false }));
  for await (const each of jsonLines<BuildLine>(answer)) {
    if ('image' in each) return each;
    if ('log' in each) onLog(each.log);
    else if ('message' in each) onCopy(`${each.engine}: not copied: ${each.message}`);
    else if (each.status === 'building') onCopy(`built on ${each.engine}`);
    else if (each.status === 'loaded') onCopy(`${each.engine}: copied`);
  }
  throw new SatsumaError('engine_unreachable', 'the answer broke off: what became of the build is not known');
}

export interface BuildRequest extends ClientBuild {
  /** What the messages name. */
  readonly title: string;
  /** The name by which the image is looked up. */
  readonly image: string;
}

/** Builds an image that no engine has, and tells of it. Throws as `runBuild`. */
export async function buildUnlessBuilt(
  { api, stream, io }: { readonly api: ApiClient; readonly stream: ApiStream; readonly io: Io },
  { title, image, open, query: { name = [], ...query } }: BuildRequest,
): Promise<void> {
  if (await isBuilt(api, image)) return;
  io.stderr(line`${title}: being built`);
  const names = [image, ...[name].flat().map(String)];
  const onLog = (text: string) => io.stderr(visibleLines(text));
  await runBuild(
    { api, stream },
    { open, query: { ...query, name: names, copies: buildCopies } },
    { onLog, onCopy: (text) => io.stderr(line`${title}: ${text}`) },
  );
}
