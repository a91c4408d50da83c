import {
  ArrayLiteralExpressionNodeParser,
  type ChainNodeParser,
  type CompletedConfig,
  type Context,
  createFormatter,
  createParser,
  createProgram,
  DEFAULT_CONFIG,
  type NodeParser,
  type Schema,
  SchemaGenerator,
  TupleType,
} from 'ts-json-schema-generator';

type ArrayLiteral = Parameters<ArrayLiteralExpressionNodeParser['createType']>[0];

/** `[...(['a', 'b'] as const), 'c']`, which the library does not know. */
class SpreadArrayParser extends ArrayLiteralExpressionNodeParser {
  readonly #parser: NodeParser;

  constructor(parser: NodeParser) {
    super(parser);
    this.#parser = parser;
  }

  override createType({ elements }: ArrayLiteral, context: Context): TupleType {
    const types = elements.flatMap((element) => {
      const isSpread = element.getText().startsWith('...');
      const type = this.#parser.createType(isSpread ? unwrapped(element) : element, context);
      return isSpread && type instanceof TupleType ? type.getTypes() : [type];
    });
    return new TupleType(types);
  }
}

/** Behind the dots, and the parentheses around it. */
function unwrapped(node: ArrayLiteral['elements'][number]): typeof node {
  const isWrapper = /^(\.\.\.|\()/.test(node.getText()) && 'expression' in node;
  return isWrapper ? unwrapped(node.expression as typeof node) : node;
}

/** The schemas of all answers, from the types of src/api. */
export function answerSchemas(): Schema {
  const config: CompletedConfig = {
    ...{ ...DEFAULT_CONFIG, path: 'src/api/answers.ts', tsconfig: 'tsconfig.json', type: 'Answers' },
    // The compiler checks them; objects are open, because later versions add fields.
    ...{ expose: 'export', jsDoc: 'extended', skipTypeCheck: true, additionalProperties: true },
    ...{ topRef: false, encodeRefs: false, sortProps: false, functions: 'fail' },
  };
  const program = createProgram(config);
  const parser = createParser(program, config, (chain) => {
    (chain as ChainNodeParser).addNodeParser(new SpreadArrayParser(chain as ChainNodeParser));
  });
  return new SchemaGenerator(program, parser, createFormatter(config), config).createSchema('Answers');
}

/** The module that the server has them from. */
export function answerSchemasModule(): string {
  const { properties = {}, definitions = {} } = answerSchemas();
  const routes = Object.entries(properties).map(([title, answer]) => [title, typesByStatus(answer)]);
  return [
    '// Made by `npm run docs` from src/api/answers.ts; not to be changed by hand.',
    "import type { JsonSchema } from './json-schema.ts';\n",
    'export interface AnswerSchemas {',
    '  /** By method and path, by status, by media type. */',
    '  readonly routes: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>>>;',
    '  readonly schemas: Readonly<Record<string, JsonSchema>>;',
    '}\n',
    'export const answerSchemas: AnswerSchemas = {',
    `  routes: {\n${linesOf(routes)}  },`,
    `  schemas: {\n${linesOf(Object.entries(definitions))}  },`,
    '};\n',
  ].join('\n');
}

function linesOf(entries: readonly (readonly unknown[])[]): string {
  const lines = entries.map(([name, schema]) => `    ${JSON.stringify(name)}: ${JSON.stringify(schema)},\n`);
  return lines.join('').replaceAll('"#/definitions/', '"#/components/schemas/');
}

type Part = NonNullable<Schema['properties']>[string];

function typesByStatus(answer: Part): object {
  const statuses = typeof answer === 'object' ? (answer.properties ?? {}) : {};
  return Object.fromEntries(
    Object.entries(statuses).map(([status, types]) => [
      status,
      typeof types === 'object' ? (types.properties ?? {}) : {},
    ]),
  );
}
