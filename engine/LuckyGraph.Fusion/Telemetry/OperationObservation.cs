using System.Diagnostics;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Execution;

namespace LuckyGraph.Fusion.Telemetry;

/// <summary>
/// The span and the duration of one operation: <c>{graphql.operation.type}</c> with <c>graphql.operation.name</c>,
/// <c>graphql.operation.type</c> and <c>graphql.document</c>. The name is the client's to choose, so it is no part of the span's name.
/// </summary>
/// <param name="activity">The span; null when the operation has none.</param>
internal sealed class OperationObservation(Activity? activity) : IDisposable
{
    private static readonly object s_true = true;
    private static readonly object s_false = false;

    private readonly long _started = Stopwatch.GetTimestamp();
    private string _type = "unknown";
    private bool _failed;

    /// <summary>The span; null when the operation has none.</summary>
    public Activity? Activity { get; } = activity;

    /// <summary>Begins an operation's span.</summary>
    /// <param name="traceParent">The span that it hangs below where this process has none; or null.</param>
    public static Activity? Start(string? traceParent)
    {
        ActivityContext parent = default;
        if (traceParent is not null && Activity.Current is null)
        {
            ActivityContext.TryParse(traceParent, null, isRemote: true, out parent);
        }

        return GatewayTelemetry.Source.StartActivity("GraphQL Operation", ActivityKind.Server, parent);
    }

    /// <summary>Takes up what the request turned out to be.</summary>
    public void Prepared(PreparedOperation operation)
    {
        if (operation.Plan is not { } plan)
        {
            Activity?.SetTag("error.type", operation.Errors is [{ Code: { } code }, ..] ? code : ErrorCodes.Validation);
            return;
        }

        _type = plan.Operation switch { Language.OperationKind.Query => "query", Language.OperationKind.Mutation => "mutation", _ => "subscription" };
        if (Activity is { IsAllDataRequested: true } activity)
        {
            activity.DisplayName = _type;
            activity.SetTag("graphql.operation.type", _type);
            activity.SetTag("graphql.document", operation.SanitizedDocument);
            if (plan.OperationName is { } name)
            {
                activity.SetTag("graphql.operation.name", name);
            }
        }
    }

    /// <summary>Takes up the outcome.</summary>
    public void Answered(ExecutionResult result)
    {
        if (result is SingleResult { HasErrors: true } or DeferredStream { BeginsWithErrors: true })
        {
            Failed();
        }
    }

    /// <summary>Takes up that there are errors in an answer.</summary>
    public void Failed()
    {
        _failed = true;
        Activity?.SetStatus(ActivityStatusCode.Error);
    }

    public void Dispose()
    {
        GatewayTelemetry.OperationDuration.Record(
            GatewayTelemetry.SecondsSince(_started),
            new KeyValuePair<string, object?>("graphql.operation.type", _type),
            new KeyValuePair<string, object?>("graphql.has_errors", _failed ? s_true : s_false));
        Activity?.Dispose();
    }
}
