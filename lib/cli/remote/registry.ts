import type { ApiClient } from "#lib/api/client.ts";
import type { Arguments, CommandSpec } from "#lib/cli/arguments.ts";
import type { Outcome, Output } from "#lib/cli/output.ts";
import {
  remoteExportSpec,
  remoteImportSpec,
  remotePushSpec,
  remoteRunSpec,
  remoteStatusSpec,
  remoteTracesSpec,
  remoteVersionSpec,
  remoteVersionsSpec,
  remoteWatchSpec,
  remoteWithdrawSpec,
} from "#lib/cli/remote/specs.ts";

export type RemoteCommand = {
  spec: CommandSpec;
  load(): Promise<(client: ApiClient, args: Arguments, output: Output) => Promise<Outcome>>;
};

/** What the command line does on a server, with no database of its own. */
export const REMOTE_COMMANDS: readonly RemoteCommand[] = [
  {
    spec: remoteStatusSpec,
    load: async () => (await import("#lib/cli/remote/status-command.ts")).runRemoteStatus,
  },
  {
    spec: remoteImportSpec,
    load: async () => (await import("#lib/cli/remote/import-command.ts")).runRemoteImport,
  },
  {
    spec: remoteRunSpec,
    load: async () => (await import("#lib/cli/remote/run-command.ts")).runRemoteRun,
  },
  {
    spec: remoteWatchSpec,
    load: async () => (await import("#lib/cli/remote/run-command.ts")).runRemoteWatch,
  },
  {
    spec: remoteTracesSpec,
    load: async () => (await import("#lib/cli/remote/traces-command.ts")).runRemoteTraces,
  },
  {
    spec: remoteVersionSpec,
    load: async () => (await import("#lib/cli/remote/version-command.ts")).runRemoteVersion,
  },
  {
    spec: remoteExportSpec,
    load: async () => (await import("#lib/cli/remote/export-command.ts")).runRemoteExport,
  },
  {
    spec: remotePushSpec,
    load: async () => (await import("#lib/cli/remote/push-command.ts")).runRemotePush,
  },
  {
    spec: remoteVersionsSpec,
    load: async () => (await import("#lib/cli/remote/versions-command.ts")).runRemoteVersions,
  },
  {
    spec: remoteWithdrawSpec,
    load: async () => (await import("#lib/cli/remote/versions-command.ts")).runRemoteWithdraw,
  },
];
