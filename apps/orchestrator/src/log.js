/** One JSON object a line, to standard output or, for errors, to standard error. */
function write(stream, level, message, details) {
  stream.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...details })}\n`);
}

export const log = {
  info: (message, details) => write(process.stdout, "info", message, details),
  error: (message, details) => write(process.stderr, "error", message, details),
};
