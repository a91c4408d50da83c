/** A line of what Docker tells of a pull, a load, a build or an import. */
export interface DockerProgress {
  /** Docker answers 200 before it knows whether it can do what was asked: a failure is a line. */
  readonly failure: string | undefined;
  readonly status: string | undefined;
  /** The output of a build. */
  readonly text: string | undefined;
  readonly id: string | undefined;
  readonly current: number | undefined;
  readonly total: number | undefined;
  /** Of an image that a step of a build made. */
  readonly imageId: string | undefined;
}

/** Leaves out what makes no sense: progress is only displayed. Undefined: the line is not Docker's. */
export function readDockerProgress(line: string): DockerProgress | undefined {
  const fields = objectIn(line);
  if (!fields) return undefined;
  const { error, errorDetail } = fields;
  if (errorDetail !== undefined && errorDetail !== null && !isObject(errorDetail)) return undefined;
  const { message = error } = Object(errorDetail) as Fields;
  const { current, total } = Object(fields.progressDetail) as Fields;
  const { ID } = Object(fields.aux) as Fields;
  return {
    failure: message === undefined ? undefined : (textOf(message) ?? 'no reason given'),
    ...{ status: textOf(fields.status), text: textOf(fields.stream), id: textOf(fields.id) },
    ...{ current: bytesOf(current), total: bytesOf(total) },
    imageId: isImageId(ID) ? ID : undefined,
  };
}

type Fields = Readonly<Record<string, unknown>>;

function objectIn(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function bytesOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;
}

/** A whole one. */
export function isImageId(value: unknown): value is string {
  return typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value);
}
