/** A component costs as much memory, and as much work to transform over, as about so many characters. */
const componentWeight = 16;

/** What an operation takes of memory and of work, in characters: those it inserts, and some for each component. */
export function weightOf(operation: readonly unknown[]): number {
  return operation.reduce<number>(
    (weight, component) => weight + componentWeight + (typeof component === "string" ? component.length : 0),
    0,
  );
}

export function weightOfAll(operations: readonly { readonly operation: readonly unknown[] }[]): number {
  return operations.reduce((sum, { operation }) => sum + weightOf(operation), 0);
}
