/**
 * The configuration, for what test/main.ts has compiled where it is `npm test` that runs: loading TypeScript takes each
 * file most of its time. The keys of its certificates come from a stock.
 */
export function compiled({ extensions, nodeArguments, ...config }) {
  if (!process.env.SATSUMA_TEST_EVENTS) return { extensions, nodeArguments, ...config };
  const files = config.files.map((file) => file.replace(/^(!?)test\//, '$1.test/test/').replace(/\.ts$/, '.js'));
  return { ...config, files, require: ['./.test/test/runner/key-stock.js'] };
}
