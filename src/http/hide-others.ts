type Plain = Readonly<Record<string, unknown>>;

/**
 * A copy without the names of those who hold what has no room, and without advice about them: whoever is narrowed to projects or engines
 * sees no others. `isShown`: of engines. Reports look as in `RejectionReport`; what a quota is held by is of the own project.
 */
export function hideOthers(value: unknown, isShown: (engineId: string) => boolean): unknown {
  if (Array.isArray(value)) {
    return value.filter((each) => !isReport(each) || isShown(each.engine)).map((each) => hideOthers(each, isShown));
  }
  if (!isPlain(value)) return value;
  const shown = isReport(value) ? withoutHolders(value) : value;
  const fields = Object.entries(shown).filter(([key]) => key !== 'advice');
  return Object.fromEntries(fields.map(([key, each]) => [key, hideOthers(each, isShown)]));
}

interface Report extends Plain {
  readonly engine: string;
  readonly message: string;
}

function isReport(value: unknown): value is Report {
  return isPlain(value) && ['engine', 'code', 'message'].every((key) => typeof value[key] === 'string');
}

function withoutHolders({ held_by: holders, ...report }: Report): Plain {
  if (!Array.isArray(holders)) return report;
  return { ...report, message: String(report.message).replace(` by ${holders.join(', ')}`, '') };
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
