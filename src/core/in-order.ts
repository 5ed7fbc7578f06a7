/** What `work` makes of each of `inputs`, in their order, with at most `most` of them at work. The first failure ends it. */
export async function inOrder<In, Out>(
  inputs: readonly In[],
  most: number,
  work: (input: In) => Promise<Out>,
): Promise<Out[]> {
  const results: Out[] = new Array(inputs.length)
  // All take from the one iterator, so each input has one taker.
  const turns = inputs.entries()
  const takeTurns = async (): Promise<void> => {
    for (const [i, input] of turns) results[i] = await work(input)
  }
  await Promise.all(Array.from({ length: Math.min(most, inputs.length) }, takeTurns))
  return results
}
