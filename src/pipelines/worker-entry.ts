/** Where the worker threads of a run begin: `runRecipe(recipe, params, run, { workers: 4, threads: { entry: workerEntry } })`. */
export const workerEntry = new URL('./worker.js', import.meta.url)
