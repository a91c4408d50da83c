import { type ExitCode, IncompleteOperation, Reported } from './exit-codes.ts';
import type { Io } from './io.ts';
import { type OutputFlags, type Result, writeJson, writeText } from './output.ts';
import { reportError } from './report-error.ts';

/** From least to most severe. */
const severity: readonly ExitCode[] = [0, 3, 4, 5, 2, 6, 1, 130];

/** Work that remains for a name after all were started, such as waiting. */
type FollowUp = () => Promise<Result>;

/**
 * Runs `work` for each name independently. `--json` prints an array, even for one name. Throws `Reported` with the exit
 * code of the most severe failure.
 */
export async function forEachName(
  io: Io,
  names: readonly string[],
  { json }: OutputFlags,
  action: (name: string) => Promise<Result | FollowUp>,
): Promise<void> {
  const codes: ExitCode[] = [0];
  const data = new Map<string, unknown>();
  const followUps = new Map<string, FollowUp>();
  const attempt = async (name: string, work: () => Promise<Result | FollowUp>): Promise<void> => {
    // Without a server, the other names would fail, too.
    if (codes.some((code) => code === 6 || code === 130)) return;
    try {
      const result = await work();
      if (typeof result === 'function') followUps.set(name, result);
      else if (json) data.set(name, result.data);
      else writeText(io, result.text());
    } catch (error) {
      if (error instanceof IncompleteOperation && error.data !== undefined) data.set(name, error.data);
      codes.push(reportError(io, error));
    }
  };
  for (const name of names) await attempt(name, () => action(name));
  for (const [name, followUp] of followUps) await attempt(name, followUp);
  if (json) writeJson(io, [...data.values()]);
  const worst = codes.reduce((a, b) => (severity.indexOf(b) > severity.indexOf(a) ? b : a));
  if (worst !== 0) throw new Reported(worst);
}
