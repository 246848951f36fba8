-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('owner', 'reviewer', 'viewer');

-- CreateEnum
CREATE TYPE "LinkKind" AS ENUM ('invitation', 'password_reset');

-- CreateEnum
CREATE TYPE "Purpose" AS ENUM ('question_writer', 'vlm', 'reasoner', 'judge');

-- CreateEnum
CREATE TYPE "ContinuationDialect" AS ENUM ('completions', 'continue_final_message', 'emulated');

-- CreateEnum
CREATE TYPE "ImportState" AS ENUM ('receiving', 'working', 'done', 'failed');

-- CreateEnum
CREATE TYPE "ImageState" AS ENUM ('present', 'missing');

-- CreateEnum
CREATE TYPE "AnswerStyle" AS ENUM ('parenthesis', 'dot', 'text');

-- CreateEnum
CREATE TYPE "Grade" AS ENUM ('right', 'wrong', 'ungradable');

-- CreateEnum
CREATE TYPE "CallStatus" AS ENUM ('pending', 'answered', 'failed');

-- CreateEnum
CREATE TYPE "RunState" AS ENUM ('running', 'paused', 'cancelled', 'done', 'stopped');

-- CreateEnum
CREATE TYPE "TaskState" AS ENUM ('waiting', 'working', 'done', 'failed', 'cancelled');

-- CreateEnum
CREATE TYPE "TraceKind" AS ENUM ('O', 'X', 'OO', 'XO', 'OX', 'XX', 'ungradable');

-- CreateEnum
CREATE TYPE "TraceState" AS ENUM ('unselected', 'waiting', 'approved', 'rejected', 'unconfirmed');

-- CreateEnum
CREATE TYPE "CheckOutcome" AS ENUM ('pass', 'fail', 'unknown');

-- CreateEnum
CREATE TYPE "Decision" AS ENUM ('approved', 'rejected');

-- CreateEnum
CREATE TYPE "VerdictSource" AS ENUM ('single', 'edit', 'bulk', 'confirmation');

-- CreateEnum
CREATE TYPE "ExportState" AS ENUM ('waiting', 'working', 'done', 'failed');

-- CreateTable
CREATE TABLE "User" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "passwordHash" TEXT,
    "isAdmin" BOOLEAN NOT NULL DEFAULT false,
    "isDemo" BOOLEAN NOT NULL DEFAULT false,
    "disabledAt" TIMESTAMP(3),
    "sessionEpoch" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" TIMESTAMP(3),

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Identity" (
    "id" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Identity_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "OneTimeLink" (
    "id" UUID NOT NULL,
    "kind" "LinkKind" NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "email" TEXT,
    "userId" UUID,
    "projectId" UUID,
    "role" "Role",
    "makesAdmin" BOOLEAN NOT NULL DEFAULT false,
    "createdById" UUID,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMP(3) NOT NULL,
    "usedAt" TIMESTAMP(3),
    "usedById" UUID,
    "revokedAt" TIMESTAMP(3),

    CONSTRAINT "OneTimeLink_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SignInThrottle" (
    "key" TEXT NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "windowStart" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "blockedUntil" TIMESTAMP(3),

    CONSTRAINT "SignInThrottle_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "Project" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "isDemo" BOOLEAN NOT NULL DEFAULT false,
    "archivedAt" TIMESTAMP(3),
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "createdById" UUID,
    "verdictsPerTrace" INTEGER NOT NULL DEFAULT 1,
    "tracesPerQuestion" INTEGER NOT NULL DEFAULT 3,
    "reviewerAllowance" BIGINT,
    "guidelines" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "Project_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Membership" (
    "projectId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "role" "Role" NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Membership_pkey" PRIMARY KEY ("projectId","userId")
);

-- CreateTable
CREATE TABLE "AuditEvent" (
    "id" UUID NOT NULL,
    "projectId" UUID,
    "actorId" UUID,
    "action" TEXT NOT NULL,
    "subjectType" TEXT NOT NULL,
    "subjectId" TEXT,
    "data" JSONB NOT NULL DEFAULT '{}',
    "at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AuditEvent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ServerState" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "ServerState_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "Counter" (
    "id" BIGSERIAL NOT NULL,
    "scope" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "delta" BIGINT NOT NULL,

    CONSTRAINT "Counter_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Endpoint" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "baseUrl" TEXT NOT NULL,
    "encryptedKey" TEXT,
    "keyHint" TEXT,
    "isSimulator" BOOLEAN NOT NULL DEFAULT false,
    "capabilities" JSONB NOT NULL DEFAULT '{}',
    "concurrency" INTEGER NOT NULL DEFAULT 8,
    "timeoutMs" INTEGER NOT NULL DEFAULT 120000,
    "lastTest" JSONB,
    "archivedAt" TIMESTAMP(3),
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Endpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "EndpointLimit" (
    "endpointId" UUID NOT NULL,
    "blockedUntil" TIMESTAMP(3),
    "concurrencyNow" INTEGER,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "EndpointLimit_pkey" PRIMARY KEY ("endpointId")
);

-- CreateTable
CREATE TABLE "ModelAssignment" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "purpose" "Purpose" NOT NULL,
    "endpointId" UUID NOT NULL,
    "model" TEXT NOT NULL,
    "parameters" JSONB NOT NULL DEFAULT '{}',
    "dialect" "ContinuationDialect" NOT NULL DEFAULT 'completions',
    "template" TEXT,
    "inputPrice" DECIMAL(12,6),
    "outputPrice" DECIMAL(12,6),
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "ModelAssignment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PromptVersion" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "content" JSONB NOT NULL,
    "hash" TEXT NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "createdById" UUID,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "PromptVersion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Import" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "state" "ImportState" NOT NULL DEFAULT 'receiving',
    "createdById" UUID,
    "totalRows" INTEGER,
    "added" INTEGER NOT NULL DEFAULT 0,
    "unchanged" INTEGER NOT NULL DEFAULT 0,
    "updated" INTEGER NOT NULL DEFAULT 0,
    "rejected" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMP(3),

    CONSTRAINT "Import_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ImportProblem" (
    "id" UUID NOT NULL,
    "importId" UUID NOT NULL,
    "line" INTEGER,
    "file" TEXT,
    "code" TEXT NOT NULL,
    "message" TEXT NOT NULL,

    CONSTRAINT "ImportProblem_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Image" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "externalId" TEXT NOT NULL,
    "fileName" TEXT NOT NULL,
    "split" TEXT,
    "state" "ImageState" NOT NULL DEFAULT 'present',
    "description" TEXT NOT NULL,
    "source" TEXT,
    "licence" TEXT,
    "sha256" TEXT,
    "mime" TEXT,
    "bytes" INTEGER,
    "width" INTEGER,
    "height" INTEGER,
    "storageKey" TEXT,
    "placeholder" TEXT,
    "importId" UUID,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Image_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Question" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "imageId" UUID NOT NULL,
    "callId" UUID,
    "ordinal" INTEGER NOT NULL DEFAULT 0,
    "currentRevisionId" UUID,
    "simulated" BOOLEAN NOT NULL DEFAULT false,
    "rejectedAt" TIMESTAMP(3),
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Question_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "QuestionRevision" (
    "id" UUID NOT NULL,
    "questionId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "choices" TEXT[],
    "keyIndex" INTEGER NOT NULL,
    "shortAnswer" TEXT NOT NULL DEFAULT '',
    "reasoningType" TEXT NOT NULL,
    "answerStyle" "AnswerStyle" NOT NULL,
    "seed" TEXT NOT NULL,
    "authorId" UUID,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "QuestionRevision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "QuestionProblem" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "imageId" UUID NOT NULL,
    "callId" UUID NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "excerpt" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "QuestionProblem_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SimpleThought" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "questionId" UUID NOT NULL,
    "questionRevisionId" UUID NOT NULL,
    "callId" UUID,
    "sampleIndex" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "answer" TEXT,
    "answerIndex" INTEGER,
    "grade" "Grade" NOT NULL,
    "finishReason" TEXT,
    "isParsed" BOOLEAN NOT NULL,
    "simulated" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "SimpleThought_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "LongThought" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "simpleThoughtId" UUID NOT NULL,
    "callId" UUID,
    "sampleIndex" INTEGER NOT NULL,
    "joiner" TEXT NOT NULL,
    "cue" TEXT NOT NULL,
    "continuation" TEXT NOT NULL,
    "betweenText" TEXT NOT NULL DEFAULT '',
    "answer" TEXT,
    "answerIndex" INTEGER,
    "grade" "Grade" NOT NULL,
    "finishReason" TEXT,
    "isParsed" BOOLEAN NOT NULL,
    "isEmulated" BOOLEAN NOT NULL DEFAULT false,
    "simulated" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "LongThought_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ModelCall" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "identity" TEXT NOT NULL,
    "purpose" "Purpose" NOT NULL,
    "stage" INTEGER,
    "status" "CallStatus" NOT NULL DEFAULT 'pending',
    "endpointId" UUID,
    "model" TEXT NOT NULL,
    "promptVersionId" UUID,
    "runId" UUID,
    "sampleIndex" INTEGER NOT NULL DEFAULT 0,
    "seed" INTEGER,
    "parameters" JSONB NOT NULL DEFAULT '{}',
    "dialect" "ContinuationDialect",
    "finishReason" TEXT,
    "promptTokens" INTEGER,
    "completionTokens" INTEGER,
    "costMicros" BIGINT,
    "durationMs" INTEGER,
    "simulated" BOOLEAN NOT NULL DEFAULT false,
    "createdById" UUID,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "answeredAt" TIMESTAMP(3),

    CONSTRAINT "ModelCall_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ModelCallBody" (
    "callId" UUID NOT NULL,
    "request" JSONB NOT NULL,
    "reply" TEXT,

    CONSTRAINT "ModelCallBody_pkey" PRIMARY KEY ("callId")
);

-- CreateTable
CREATE TABLE "CallAttempt" (
    "id" UUID NOT NULL,
    "callId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "startedAt" TIMESTAMP(3) NOT NULL,
    "endedAt" TIMESTAMP(3),
    "httpStatus" INTEGER,
    "outcome" TEXT NOT NULL,
    "message" TEXT,
    "retryAfterMs" INTEGER,

    CONSTRAINT "CallAttempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Run" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "state" "RunState" NOT NULL DEFAULT 'running',
    "reason" TEXT,
    "config" JSONB NOT NULL,
    "seed" TEXT NOT NULL,
    "createdById" UUID,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMP(3),

    CONSTRAINT "Run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RunTask" (
    "id" UUID NOT NULL,
    "runId" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "stage" INTEGER NOT NULL,
    "inputId" UUID NOT NULL,
    "sampleIndex" INTEGER NOT NULL DEFAULT 0,
    "state" "TaskState" NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "callId" UUID,
    "errorCode" TEXT,
    "error" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMP(3),

    CONSTRAINT "RunTask_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "WorkerHeartbeat" (
    "id" UUID NOT NULL,
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "startedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seenAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "WorkerHeartbeat_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Trace" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "imageId" UUID NOT NULL,
    "questionId" UUID NOT NULL,
    "simpleThoughtId" UUID NOT NULL,
    "longThoughtId" UUID,
    "runId" UUID,
    "kind" "TraceKind" NOT NULL,
    "state" "TraceState" NOT NULL DEFAULT 'unselected',
    "simpleGrade" "Grade" NOT NULL,
    "longGrade" "Grade",
    "currentRevisionId" UUID,
    "failedChecks" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "wordCount" INTEGER NOT NULL DEFAULT 0,
    "simulated" BOOLEAN NOT NULL DEFAULT false,
    "rowVersion" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Trace_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TraceRevision" (
    "id" UUID NOT NULL,
    "traceId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "body" TEXT NOT NULL,
    "answer" TEXT,
    "answerIndex" INTEGER,
    "authorId" UUID,
    "note" TEXT NOT NULL DEFAULT '',
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "TraceRevision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CheckResult" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "traceId" UUID NOT NULL,
    "traceRevisionId" UUID NOT NULL,
    "check" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "result" "CheckOutcome" NOT NULL,
    "evidence" JSONB NOT NULL DEFAULT '{}',
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "CheckResult_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TextFingerprint" (
    "projectId" UUID NOT NULL,
    "questionId" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "traceId" UUID NOT NULL,

    CONSTRAINT "TextFingerprint_pkey" PRIMARY KEY ("questionId","hash")
);

-- CreateTable
CREATE TABLE "RejectReason" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "label" TEXT NOT NULL,
    "archivedAt" TIMESTAMP(3),

    CONSTRAINT "RejectReason_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Verdict" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "traceId" UUID NOT NULL,
    "traceRevisionId" UUID NOT NULL,
    "questionRevisionId" UUID NOT NULL,
    "reviewerId" UUID NOT NULL,
    "decision" "Decision" NOT NULL,
    "source" "VerdictSource" NOT NULL DEFAULT 'single',
    "comment" TEXT NOT NULL DEFAULT '',
    "overrodeChecks" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "durationMs" INTEGER,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "undoneAt" TIMESTAMP(3),
    "supersededAt" TIMESTAMP(3),

    CONSTRAINT "Verdict_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "VerdictReason" (
    "verdictId" UUID NOT NULL,
    "reasonId" UUID NOT NULL,

    CONSTRAINT "VerdictReason_pkey" PRIMARY KEY ("verdictId","reasonId")
);

-- CreateTable
CREATE TABLE "ReviewClaim" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "traceId" UUID NOT NULL,
    "slot" INTEGER NOT NULL DEFAULT 0,
    "reviewerId" UUID NOT NULL,
    "claimedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "ReviewClaim_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ReviewSkip" (
    "traceId" UUID NOT NULL,
    "reviewerId" UUID NOT NULL,
    "skippedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ReviewSkip_pkey" PRIMARY KEY ("traceId","reviewerId")
);

-- CreateTable
CREATE TABLE "ReviewAction" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "reviewerId" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "traceId" UUID,
    "data" JSONB NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "undoneAt" TIMESTAMP(3),

    CONSTRAINT "ReviewAction_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Dataset" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Dataset_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DatasetVersion" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "datasetId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "recipe" JSONB NOT NULL,
    "summary" JSONB NOT NULL,
    "recordCount" INTEGER NOT NULL,
    "simulated" BOOLEAN NOT NULL,
    "contentHash" TEXT NOT NULL,
    "createdById" UUID,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "withdrawnAt" TIMESTAMP(3),
    "withdrawnReason" TEXT,

    CONSTRAINT "DatasetVersion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DatasetRecord" (
    "versionId" UUID NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "traceId" UUID NOT NULL,
    "traceRevisionId" UUID NOT NULL,
    "questionRevisionId" UUID NOT NULL,
    "imageId" UUID NOT NULL,
    "verdictId" UUID NOT NULL,
    "kind" "TraceKind" NOT NULL,

    CONSTRAINT "DatasetRecord_pkey" PRIMARY KEY ("versionId","ordinal")
);

-- CreateTable
CREATE TABLE "Export" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "versionId" UUID NOT NULL,
    "format" TEXT NOT NULL,
    "options" JSONB NOT NULL DEFAULT '{}',
    "state" "ExportState" NOT NULL DEFAULT 'waiting',
    "error" TEXT,
    "storageKey" TEXT,
    "fileName" TEXT,
    "bytes" BIGINT,
    "sha256" TEXT,
    "manifest" JSONB,
    "createdById" UUID,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMP(3),

    CONSTRAINT "Export_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

-- CreateIndex
CREATE INDEX "Identity_userId_idx" ON "Identity"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "Identity_provider_subject_key" ON "Identity"("provider", "subject");

-- CreateIndex
CREATE UNIQUE INDEX "OneTimeLink_tokenHash_key" ON "OneTimeLink"("tokenHash");

-- CreateIndex
CREATE INDEX "OneTimeLink_projectId_kind_idx" ON "OneTimeLink"("projectId", "kind");

-- CreateIndex
CREATE UNIQUE INDEX "Project_name_key" ON "Project"("name");

-- CreateIndex
CREATE INDEX "Membership_userId_idx" ON "Membership"("userId");

-- CreateIndex
CREATE INDEX "AuditEvent_projectId_id_idx" ON "AuditEvent"("projectId", "id");

-- CreateIndex
CREATE INDEX "AuditEvent_projectId_subjectType_subjectId_id_idx" ON "AuditEvent"("projectId", "subjectType", "subjectId", "id");

-- CreateIndex
CREATE INDEX "Counter_scope_name_idx" ON "Counter"("scope", "name");

-- CreateIndex
CREATE UNIQUE INDEX "Endpoint_projectId_name_key" ON "Endpoint"("projectId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "ModelAssignment_projectId_purpose_key" ON "ModelAssignment"("projectId", "purpose");

-- CreateIndex
CREATE UNIQUE INDEX "PromptVersion_projectId_name_version_key" ON "PromptVersion"("projectId", "name", "version");

-- CreateIndex
CREATE INDEX "Import_projectId_id_idx" ON "Import"("projectId", "id");

-- CreateIndex
CREATE INDEX "ImportProblem_importId_id_idx" ON "ImportProblem"("importId", "id");

-- CreateIndex
CREATE INDEX "Image_projectId_id_idx" ON "Image"("projectId", "id");

-- CreateIndex
CREATE INDEX "Image_projectId_sha256_idx" ON "Image"("projectId", "sha256");

-- CreateIndex
CREATE UNIQUE INDEX "Image_projectId_externalId_key" ON "Image"("projectId", "externalId");

-- CreateIndex
CREATE UNIQUE INDEX "Question_currentRevisionId_key" ON "Question"("currentRevisionId");

-- CreateIndex
CREATE INDEX "Question_projectId_id_idx" ON "Question"("projectId", "id");

-- CreateIndex
CREATE INDEX "Question_imageId_id_idx" ON "Question"("imageId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Question_callId_ordinal_key" ON "Question"("callId", "ordinal");

-- CreateIndex
CREATE UNIQUE INDEX "QuestionRevision_questionId_number_key" ON "QuestionRevision"("questionId", "number");

-- CreateIndex
CREATE INDEX "QuestionProblem_projectId_imageId_idx" ON "QuestionProblem"("projectId", "imageId");

-- CreateIndex
CREATE UNIQUE INDEX "QuestionProblem_callId_ordinal_key" ON "QuestionProblem"("callId", "ordinal");

-- CreateIndex
CREATE UNIQUE INDEX "SimpleThought_callId_key" ON "SimpleThought"("callId");

-- CreateIndex
CREATE INDEX "SimpleThought_projectId_id_idx" ON "SimpleThought"("projectId", "id");

-- CreateIndex
CREATE INDEX "SimpleThought_questionId_sampleIndex_idx" ON "SimpleThought"("questionId", "sampleIndex");

-- CreateIndex
CREATE UNIQUE INDEX "LongThought_callId_key" ON "LongThought"("callId");

-- CreateIndex
CREATE INDEX "LongThought_projectId_id_idx" ON "LongThought"("projectId", "id");

-- CreateIndex
CREATE INDEX "LongThought_simpleThoughtId_sampleIndex_idx" ON "LongThought"("simpleThoughtId", "sampleIndex");

-- CreateIndex
CREATE INDEX "ModelCall_projectId_id_idx" ON "ModelCall"("projectId", "id");

-- CreateIndex
CREATE INDEX "ModelCall_runId_status_idx" ON "ModelCall"("runId", "status");

-- CreateIndex
CREATE UNIQUE INDEX "ModelCall_projectId_identity_key" ON "ModelCall"("projectId", "identity");

-- CreateIndex
CREATE UNIQUE INDEX "CallAttempt_callId_number_key" ON "CallAttempt"("callId", "number");

-- CreateIndex
CREATE INDEX "Run_projectId_id_idx" ON "Run"("projectId", "id");

-- CreateIndex
CREATE INDEX "Run_state_idx" ON "Run"("state");

-- CreateIndex
CREATE INDEX "RunTask_runId_stage_state_idx" ON "RunTask"("runId", "stage", "state");

-- CreateIndex
CREATE INDEX "RunTask_runId_state_errorCode_idx" ON "RunTask"("runId", "state", "errorCode");

-- CreateIndex
CREATE UNIQUE INDEX "RunTask_runId_stage_inputId_sampleIndex_key" ON "RunTask"("runId", "stage", "inputId", "sampleIndex");

-- CreateIndex
CREATE UNIQUE INDEX "Trace_longThoughtId_key" ON "Trace"("longThoughtId");

-- CreateIndex
CREATE UNIQUE INDEX "Trace_currentRevisionId_key" ON "Trace"("currentRevisionId");

-- CreateIndex
CREATE INDEX "Trace_projectId_id_idx" ON "Trace"("projectId", "id");

-- CreateIndex
CREATE INDEX "Trace_projectId_state_id_idx" ON "Trace"("projectId", "state", "id");

-- CreateIndex
CREATE INDEX "Trace_projectId_kind_id_idx" ON "Trace"("projectId", "kind", "id");

-- CreateIndex
CREATE INDEX "Trace_projectId_imageId_questionId_id_idx" ON "Trace"("projectId", "imageId", "questionId", "id");

-- CreateIndex
CREATE INDEX "Trace_questionId_state_idx" ON "Trace"("questionId", "state");

-- CreateIndex
CREATE INDEX "Trace_simpleThoughtId_idx" ON "Trace"("simpleThoughtId");

-- CreateIndex
CREATE UNIQUE INDEX "TraceRevision_traceId_number_key" ON "TraceRevision"("traceId", "number");

-- CreateIndex
CREATE INDEX "CheckResult_traceId_idx" ON "CheckResult"("traceId");

-- CreateIndex
CREATE INDEX "CheckResult_projectId_check_result_idx" ON "CheckResult"("projectId", "check", "result");

-- CreateIndex
CREATE UNIQUE INDEX "CheckResult_traceRevisionId_check_key" ON "CheckResult"("traceRevisionId", "check");

-- CreateIndex
CREATE INDEX "TextFingerprint_traceId_idx" ON "TextFingerprint"("traceId");

-- CreateIndex
CREATE UNIQUE INDEX "RejectReason_projectId_label_key" ON "RejectReason"("projectId", "label");

-- CreateIndex
CREATE INDEX "Verdict_traceId_id_idx" ON "Verdict"("traceId", "id");

-- CreateIndex
CREATE INDEX "Verdict_projectId_id_idx" ON "Verdict"("projectId", "id");

-- CreateIndex
CREATE INDEX "Verdict_projectId_reviewerId_id_idx" ON "Verdict"("projectId", "reviewerId", "id");

-- CreateIndex
CREATE INDEX "ReviewClaim_projectId_reviewerId_idx" ON "ReviewClaim"("projectId", "reviewerId");

-- CreateIndex
CREATE UNIQUE INDEX "ReviewClaim_traceId_slot_key" ON "ReviewClaim"("traceId", "slot");

-- CreateIndex
CREATE INDEX "ReviewAction_projectId_reviewerId_id_idx" ON "ReviewAction"("projectId", "reviewerId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Dataset_projectId_name_key" ON "Dataset"("projectId", "name");

-- CreateIndex
CREATE INDEX "DatasetVersion_projectId_id_idx" ON "DatasetVersion"("projectId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "DatasetVersion_datasetId_number_key" ON "DatasetVersion"("datasetId", "number");

-- CreateIndex
CREATE INDEX "DatasetRecord_traceId_idx" ON "DatasetRecord"("traceId");

-- CreateIndex
CREATE INDEX "Export_projectId_id_idx" ON "Export"("projectId", "id");

-- CreateIndex
CREATE INDEX "Export_versionId_format_idx" ON "Export"("versionId", "format");

-- AddForeignKey
ALTER TABLE "Identity" ADD CONSTRAINT "Identity_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "OneTimeLink" ADD CONSTRAINT "OneTimeLink_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Membership" ADD CONSTRAINT "Membership_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AuditEvent" ADD CONSTRAINT "AuditEvent_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AuditEvent" ADD CONSTRAINT "AuditEvent_actorId_fkey" FOREIGN KEY ("actorId") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Endpoint" ADD CONSTRAINT "Endpoint_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EndpointLimit" ADD CONSTRAINT "EndpointLimit_endpointId_fkey" FOREIGN KEY ("endpointId") REFERENCES "Endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ModelAssignment" ADD CONSTRAINT "ModelAssignment_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ModelAssignment" ADD CONSTRAINT "ModelAssignment_endpointId_fkey" FOREIGN KEY ("endpointId") REFERENCES "Endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PromptVersion" ADD CONSTRAINT "PromptVersion_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Import" ADD CONSTRAINT "Import_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ImportProblem" ADD CONSTRAINT "ImportProblem_importId_fkey" FOREIGN KEY ("importId") REFERENCES "Import"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Image" ADD CONSTRAINT "Image_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Question" ADD CONSTRAINT "Question_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Question" ADD CONSTRAINT "Question_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "Image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Question" ADD CONSTRAINT "Question_callId_fkey" FOREIGN KEY ("callId") REFERENCES "ModelCall"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Question" ADD CONSTRAINT "Question_currentRevisionId_fkey" FOREIGN KEY ("currentRevisionId") REFERENCES "QuestionRevision"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "QuestionRevision" ADD CONSTRAINT "QuestionRevision_questionId_fkey" FOREIGN KEY ("questionId") REFERENCES "Question"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "QuestionProblem" ADD CONSTRAINT "QuestionProblem_callId_fkey" FOREIGN KEY ("callId") REFERENCES "ModelCall"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SimpleThought" ADD CONSTRAINT "SimpleThought_questionId_fkey" FOREIGN KEY ("questionId") REFERENCES "Question"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SimpleThought" ADD CONSTRAINT "SimpleThought_callId_fkey" FOREIGN KEY ("callId") REFERENCES "ModelCall"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LongThought" ADD CONSTRAINT "LongThought_simpleThoughtId_fkey" FOREIGN KEY ("simpleThoughtId") REFERENCES "SimpleThought"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LongThought" ADD CONSTRAINT "LongThought_callId_fkey" FOREIGN KEY ("callId") REFERENCES "ModelCall"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ModelCall" ADD CONSTRAINT "ModelCall_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ModelCall" ADD CONSTRAINT "ModelCall_endpointId_fkey" FOREIGN KEY ("endpointId") REFERENCES "Endpoint"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ModelCall" ADD CONSTRAINT "ModelCall_promptVersionId_fkey" FOREIGN KEY ("promptVersionId") REFERENCES "PromptVersion"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ModelCall" ADD CONSTRAINT "ModelCall_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ModelCallBody" ADD CONSTRAINT "ModelCallBody_callId_fkey" FOREIGN KEY ("callId") REFERENCES "ModelCall"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CallAttempt" ADD CONSTRAINT "CallAttempt_callId_fkey" FOREIGN KEY ("callId") REFERENCES "ModelCall"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Run" ADD CONSTRAINT "Run_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Run" ADD CONSTRAINT "Run_createdById_fkey" FOREIGN KEY ("createdById") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RunTask" ADD CONSTRAINT "RunTask_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Trace" ADD CONSTRAINT "Trace_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Trace" ADD CONSTRAINT "Trace_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "Image"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Trace" ADD CONSTRAINT "Trace_questionId_fkey" FOREIGN KEY ("questionId") REFERENCES "Question"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Trace" ADD CONSTRAINT "Trace_simpleThoughtId_fkey" FOREIGN KEY ("simpleThoughtId") REFERENCES "SimpleThought"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Trace" ADD CONSTRAINT "Trace_longThoughtId_fkey" FOREIGN KEY ("longThoughtId") REFERENCES "LongThought"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Trace" ADD CONSTRAINT "Trace_currentRevisionId_fkey" FOREIGN KEY ("currentRevisionId") REFERENCES "TraceRevision"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TraceRevision" ADD CONSTRAINT "TraceRevision_traceId_fkey" FOREIGN KEY ("traceId") REFERENCES "Trace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CheckResult" ADD CONSTRAINT "CheckResult_traceId_fkey" FOREIGN KEY ("traceId") REFERENCES "Trace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CheckResult" ADD CONSTRAINT "CheckResult_traceRevisionId_fkey" FOREIGN KEY ("traceRevisionId") REFERENCES "TraceRevision"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RejectReason" ADD CONSTRAINT "RejectReason_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Verdict" ADD CONSTRAINT "Verdict_traceId_fkey" FOREIGN KEY ("traceId") REFERENCES "Trace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Verdict" ADD CONSTRAINT "Verdict_traceRevisionId_fkey" FOREIGN KEY ("traceRevisionId") REFERENCES "TraceRevision"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Verdict" ADD CONSTRAINT "Verdict_reviewerId_fkey" FOREIGN KEY ("reviewerId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "VerdictReason" ADD CONSTRAINT "VerdictReason_verdictId_fkey" FOREIGN KEY ("verdictId") REFERENCES "Verdict"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "VerdictReason" ADD CONSTRAINT "VerdictReason_reasonId_fkey" FOREIGN KEY ("reasonId") REFERENCES "RejectReason"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ReviewClaim" ADD CONSTRAINT "ReviewClaim_traceId_fkey" FOREIGN KEY ("traceId") REFERENCES "Trace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ReviewClaim" ADD CONSTRAINT "ReviewClaim_reviewerId_fkey" FOREIGN KEY ("reviewerId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ReviewSkip" ADD CONSTRAINT "ReviewSkip_traceId_fkey" FOREIGN KEY ("traceId") REFERENCES "Trace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ReviewAction" ADD CONSTRAINT "ReviewAction_reviewerId_fkey" FOREIGN KEY ("reviewerId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Dataset" ADD CONSTRAINT "Dataset_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DatasetVersion" ADD CONSTRAINT "DatasetVersion_datasetId_fkey" FOREIGN KEY ("datasetId") REFERENCES "Dataset"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DatasetRecord" ADD CONSTRAINT "DatasetRecord_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "DatasetVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Export" ADD CONSTRAINT "Export_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "DatasetVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;
