// Loaded first in every child of the launcher: when the launcher is gone, however it went, the child ends itself.
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();
