import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Recording, RecordingLine } from '../../api/audit.ts';
import { SatsumaError } from '../../model/errors.ts';
import { maxRecordingBytes, type RecordingRecord, recordingChunkId, recordingContext } from '../../model/recording.ts';
import type { Cluster } from '../../state/cluster.ts';

const expand = promisify(gunzip);

/** The latest first. */
export async function listRecordings({ store }: Pick<Cluster, 'store'>): Promise<readonly Recording[]> {
  const all = await store.list('recording');
  return all
    .toSorted((a, b) => (a.value.startedAt < b.value.startedAt ? 1 : -1))
    .map(({ id, value }) => describe(id, value));
}

/**
 * The output of a session as asciicast v2, line by line; of a running session, the output so far. Throws
 * `no_such_recording`, `registry_key`.
 */
export async function* readRecording(
  { store, registryKey }: Pick<Cluster, 'store' | 'registryKey'>,
  id: string,
): AsyncGenerator<RecordingLine> {
  const found = await store.read('recording', id);
  if (!found) throw noRecording(id);
  const box = await registryKey();
  for (let number = 0; number < found.value.chunks; number += 1) {
    const chunk = await store.read('recording-chunk', recordingChunkId(id, number));
    if (!chunk) throw noRecording(id);
    const compressed = box.decrypt(chunk.value.text, recordingContext(id, number));
    if (compressed === undefined) {
      const sentence = `the recording ${id} was modified, or is encrypted with a key that this server does not have`;
      throw new SatsumaError('registry_key', sentence);
    }
    const text = await expand(Buffer.from(compressed, 'base64'), { maxOutputLength: maxRecordingBytes });
    for (const line of String(text).trimEnd().split('\n')) if (line !== '') yield JSON.parse(line);
  }
}

function describe(id: string, record: RecordingRecord): Recording {
  const { who, role, from, verb, container, containerId, engine, startedAt, endedAt, bytes, sha256 } = record;
  return {
    ...{ id, who, role, from, verb, container, container_id: containerId, engine },
    ...{ started_at: startedAt, ended_at: endedAt, bytes, sha256 },
  };
}

function noRecording(id: string): SatsumaError {
  return new SatsumaError('no_such_recording', `there is no recording ${id}: "satsuma audit recordings" lists them`);
}
