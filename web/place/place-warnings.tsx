/** What was understood, and is not as it would be elsewhere. */
export function Warnings({ warnings }: { readonly warnings: readonly string[] }) {
  return warnings.length === 0 ? null : (
    <ul>
      {warnings.map((warning) => (
        <li key={warning}>{warning}</li>
      ))}
    </ul>
  );
}
