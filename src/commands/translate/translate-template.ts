import type { TranslatedTemplate, TranslateTemplateBody } from '../../api/translate.ts';
import { Problems } from '../../application/problems.ts';
import { SatsumaError } from '../../model/errors.ts';
import { asWritten } from '../../template/as-written.ts';
import { loadTemplate } from '../../template/load-template.ts';
import { formatName, readTemplate } from '../../template/template.ts';

/** As messages call the text. */
const file = { path: '/template.yaml', name: 'template.yaml' };
/** Of a deployment that has no name yet. */
const noName = 'deployment';

/**
 * A template as the body that plans and sets up a deployment. Only the text is read: no other file and no variable of the server. Throws `invalid`
 * with all that is wrong, each with its line and path.
 */
export function translateTemplateText({ template: text, name = noName }: TranslateTemplateBody): TranslatedTemplate {
  const problems = new Problems(formatName);
  const readText = (path: string) => {
    if (path === file.path) return text;
    throw new Error('only the text itself is read, and no file beside it');
  };
  const tree = loadTemplate(file, readText, problems);
  problems.refuse();
  if (!tree) throw new SatsumaError('invalid', 'it is not a template');
  const template = readTemplate(tree, problems);
  const written = asWritten(template, name, problems);
  for (const { key, definition } of template.services) {
    const { git } = Object(written.services[key]) as { readonly git?: unknown };
    if (git !== undefined)
      problems.add(definition.place, `${key}.git`, 'needs the files of a folder: "satsuma deploy" sends them');
  }
  problems.refuse();
  return written;
}
