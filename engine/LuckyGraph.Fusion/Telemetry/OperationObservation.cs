using System.Diagnostics;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Fusion.Execution;

namespace LuckyGraph.Fusion.Telemetry;

/// <summary>
/// The span and the duration of one operation: <c>{graphql.operation.type}</c> with <c>graphql.operation.name</c>,
/// <c>graphql.operation.type</c> and <c>graphql.document</c>. The name is the client's to choose, so it is no part of the span's name.
/// </summary>
internal sealed class OperationObservation : IDisposable
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Activity? _activity = GatewayTelemetry.Source.StartActivity("GraphQL Operation", ActivityKind.Server);
    private string _type = "unknown";
    private bool _failed;

    /// <summary>Takes up what the request turned out to be.</summary>
    public void Prepared(PreparedOperation operation)
    {
        if (operation.Plan is not { } plan)
        {
            _activity?.SetTag("error.type", operation.Errors is [{ Code: { } code }, ..] ? code : ErrorCodes.Validation);
            return;
        }

        _type = plan.Operation switch { Language.OperationKind.Query => "query", Language.OperationKind.Mutation => "mutation", _ => "subscription" };
        if (_activity is { IsAllDataRequested: true } activity)
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
        _failed = result is SingleResult { HasErrors: true };
        if (_failed)
        {
            _activity?.SetStatus(ActivityStatusCode.Error);
        }
    }

    public void Dispose()
    {
        GatewayTelemetry.OperationDuration.Record(
            GatewayTelemetry.SecondsSince(_started),
            new KeyValuePair<string, object?>("graphql.operation.type", _type),
            new KeyValuePair<string, object?>("graphql.has_errors", _failed));
        _activity?.Dispose();
    }
}
