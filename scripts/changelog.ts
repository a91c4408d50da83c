/** Why the version cannot be released with this changelog; undefined: it can. */
export function changelogProblem(changelog: string, version: string): string | undefined {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((each) => each.split(/\s/, 1)[0] === version);
  if (section === undefined) return `CHANGELOG.md has no section "## ${version} - DATE"`;
  if (section !== sections[0]) return `the section of ${version} in CHANGELOG.md is not the first one`;
  const [title = '', ...lines] = section.split('\n');
  if (!/^\S+ - \d{4}-\d{2}-\d{2}$/.test(title))
    return `the title "## ${title}" in CHANGELOG.md has no date: "## ${version} - 2026-01-31"`;
  if (!lines.some((line) => line.startsWith('- '))) return `the section of ${version} in CHANGELOG.md says nothing`;
  return undefined;
}
