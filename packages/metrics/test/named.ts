/** Functions beside their names, for titles of tests. */
export function named<const Calls extends readonly { readonly name: string }[]>(
  ...calls: Calls
): { readonly name: string; readonly call: Calls[number] }[] {
  return calls.map((call) => ({ name: call.name, call }));
}
