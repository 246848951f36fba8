/**
 * An event as the rest of a sentence that begins with the actor's name: “Ada invited bob@example.org as a reviewer”.
 * Actions of other domains that are not listed here are shown by their name.
 */
export function describeEvent(action: string, data: unknown): string {
  const facts = isRecord(data) ? data : {};
  const text = (key: string) => (typeof facts[key] === "string" ? facts[key] : "");
  const count = (key: string) => (typeof facts[key] === "number" ? facts[key].toLocaleString("en-US") : "0");
  const name = text("name");
  switch (action) {
    case "server.set_up":
      return "set the server up";
    case "project.created":
      return "made the project";
    case "project.described":
      return "changed the description";
    case "project.renamed":
      return `renamed the project from “${text("from")}” to “${text("to")}”`;
    case "project.review_changed":
      return "changed how traces are reviewed";
    case "project.selection_changed":
      return "changed which traces go to review";
    case "project.archived":
      return "archived the project";
    case "project.restored":
      return "brought the project back";
    case "project.deleted":
      return `deleted the project “${name}”`;
    case "invitation.created":
      return `invited ${text("email") || "someone by link"}${text("role") ? ` as ${withArticle(text("role"))}` : ""}${facts.makesAdmin === true ? " as an administrator" : ""}`;
    case "invitation.revoked":
      return "took an invitation back";
    case "invitation.accepted":
      return `accepted an invitation${text("role") ? ` as ${withArticle(text("role"))}` : ""}`;
    case "member.role_changed":
      return `made ${name} ${withArticle(text("to"))} (was ${withArticle(text("from"))})`;
    case "member.removed":
      return `removed ${name}, ${withArticle(text("role"))}`;
    case "member.may_settle":
      return `let ${name} settle disputes and flags`;
    case "member.may_not_settle":
      return `no longer lets ${name} settle disputes and flags`;
    case "member.left":
      return "left the project";
    case "reason.added":
      return `added the reject reason “${text("label")}”`;
    case "reason.renamed":
      return `renamed a reject reason to “${text("label")}”`;
    case "reason.moved":
      return "changed the order of the reject reasons";
    case "reason.archived":
      return "took a reject reason out of the list";
    case "reason.restored":
      return "put a reject reason back";
    case "user.disabled":
      return `disabled the account of ${name}`;
    case "user.enabled":
      return `enabled the account of ${name}`;
    case "user.made_admin":
      return `made ${name} an administrator`;
    case "user.unmade_admin":
      return `made ${name} an ordinary user`;
    case "user.reset_link_made":
      return `made a password link for ${name}`;
    case "user.password_changed":
    case "user.password_reset":
      return "set a new password";
    case "identity.linked":
      return `linked an outside account (${text("provider")})`;
    case "identity.unlinked":
      return "unlinked an outside account";
    case "images.imported":
      return `imported images: ${count("added")} added, ${count("updated")} updated, ${count("rejected")} not taken`;
    case "image.taken-down":
      return `took the image “${name}” down, ${count("lines")} lines of versions with it: ${text("reason")}`;
    case "image.deleted":
      return "deleted an image with what grew from it";
    case "image.updated":
      return "updated an image by an import";
    case "images.origin_set":
      return `said where ${count("images")} images come from${text("licence") ? ` (licence: ${text("licence")})` : ""}`;
    case "generation.asked":
      return "asked for a single generation";
    case "run.start":
      return "started a run";
    case "run.pause":
      return "paused a run";
    case "run.resume":
      return "let a run go on";
    case "run.cancel":
      return "cancelled a run";
    case "run.retry":
      return "had the failures of a run done again";
    case "run.rerun":
      return "started a run over what another had failed or cut short";
    case "run.change":
      return facts.budget === undefined
        ? "changed how many calls of a run may be in flight"
        : facts.budget === null
          ? "took a run’s budget away"
          : `set a run’s budget to $${text("budget")}`;
    case "token.created":
      return `made the token “${name}” (…${text("hint")})`;
    case "token.revoked":
      return `revoked the token “${name}” (…${text("hint")})`;
    case "token.ended":
      return `ended the token “${name}” (…${text("hint")}) with its maker’s rights`;
    case "webhook.set":
      return `set where the project’s events are posted (${text("host")})`;
    case "webhook.removed":
      return "stopped posting the project’s events";
    case "run.imported":
      return `imported a run that was made elsewhere: ${count("added")} rows new, ${count("rejected")} not taken`;
    case "prompts.compared":
      return "compared two prompts or models";
    case "run.stop":
      return "stopped a run";
    case "run.finish":
      return "finished a run";
    case "endpoint.created":
      return `added the endpoint “${name}”`;
    case "endpoint.updated":
      return `changed the endpoint “${name}”`;
    case "endpoint.archived":
      return `archived the endpoint “${name}”`;
    case "endpoint.restored":
      return `brought the endpoint “${name}” back`;
    case "endpoint.offer_used":
      return `took the offered endpoint “${name}”`;
    case "endpoint.probe_used":
      return `set the endpoint “${name}” to what a probe found`;
    case "model.assigned":
      return "changed which model serves a purpose";
    case "prompt.saved":
      return `saved version ${count("version")} of a prompt`;
    case "traces.bulk-approved":
      return `approved ${count("approved")} traces at once`;
    case "traces.bulk-rejected":
      return `rejected ${count("rejected")} traces at once`;
    case "example.saved":
      return `shows a trace beside the guidelines as a ${facts.isGood === true ? "good" : "bad"} example: “${text("sentence")}”`;
    case "example.removed":
      return "took a trace out of the examples";
    case "queue.order_changed":
      return `changed the order of the queue to “${text("order")}”`;
    case "assignment.made":
      return `gave ${name} ${count("traces")} traces to judge`;
    case "assignment.reassigned":
      return `gave an assignment to ${name}`;
    case "assignment.ended":
      return "ended an assignment";
    case "gold.marked":
      return "marked a decided trace as gold";
    case "gold.planted":
      return `planted an error as gold: “${text("to")}” for “${text("from")}”`;
    case "gold.retired":
      return "retired a gold trace";
    case "gold.share_changed":
      return `set the share of gold to ${typeof facts.share === "number" ? Math.round(facts.share * 1000) / 10 : 0} %`;
    case "dataset.version-created":
      return `froze version ${count("number")} of the dataset “${name}” with ${count("records")} records`;
    case "dataset.version-withdrawn":
      return `withdrew a dataset version: ${text("reason")}`;
    case "dataset.version-rehashed":
      return "gave an earlier dataset version the hashes of its lines";
    case "dataset.exported":
      return `exported a dataset version (${text("format")})`;
    case "dataset.export-given-up":
      return "gave up an export that was being made";
    default:
      return action.replaceAll(/[._]/g, " ") + (name ? `: ${name}` : "");
  }
}

function withArticle(role: string): string {
  return `${/^[aeiou]/.test(role) ? "an" : "a"} ${role}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
