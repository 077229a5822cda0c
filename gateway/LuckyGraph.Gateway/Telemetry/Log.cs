using LuckyGraph.Fusion.Telemetry;

namespace LuckyGraph.Gateway.Telemetry;

/// <summary>What the gateway logs about operations: their name and hash, never what callers sent or got.</summary>
internal static partial class Log
{
    public static void Errors(ILogger logger, OperationErrors errors)
        => Errors(logger, errors.OperationType, errors.OperationName, errors.DocumentHash, errors.Errors, string.Join(", ", errors.Codes));

    [LoggerMessage(Level = LogLevel.Information, Message = "The {OperationType} {OperationName} with the hash {DocumentHash} was answered with {ErrorCount} errors: {ErrorCodes}.")]
    private static partial void Errors(ILogger logger, string operationType, string? operationName, string documentHash, int errorCount, string errorCodes);
}
