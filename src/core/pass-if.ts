/** Passes over errors of the system of these codes: `readFile(path).catch(passIf('ENOENT'))` is nothing without a file. */
export const passIf =
  (...codes: readonly string[]) =>
  (error: NodeJS.ErrnoException): undefined => {
    if (!codes.includes(error.code ?? '')) throw error
  }
