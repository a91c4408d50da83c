import type { Waiting } from '../api/service.ts';
import { visibleText } from '../model/visible-text.ts';
import { isOfRoom, noRoomReasons } from './no-room.ts';

const maxLineLength = 200;

/** Why a slot is empty; for lack of room, the reasons with the number of engines. */
export function waitText({ message, details, log }: Pick<Waiting, 'message' | 'details' | 'log'>): string {
  const noRoom = noRoomReasons(details);
  const sentence = noRoom === undefined || !isOfRoom(details) ? message : `no room: ${noRoom}`;
  return visibleText(`${sentence}${lastWords(log)}`);
}

/** The last log line of a container, appended to the reason of its end; `--json` has more lines. */
export function lastWords(log = ''): string {
  const line = log.trimEnd().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? '' : `: ${visibleText(line).slice(0, maxLineLength)}`;
}
