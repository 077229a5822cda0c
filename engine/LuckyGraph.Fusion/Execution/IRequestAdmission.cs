using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Fusion.Execution;

/// <summary>Why a request is not served.</summary>
/// <param name="Message">For the client.</param>
/// <param name="Code">The stable code.</param>
/// <param name="Kind">What transports make of it.</param>
public sealed record RequestRefusal(string Message, string Code, RequestErrorKind Kind);

/// <summary>Decides whether a caller may be served now, typically by how much it asked of late.</summary>
public interface IRequestAdmission
{
    /// <summary>Asked before anything is parsed.</summary>
    /// <param name="request">The request.</param>
    /// <param name="executions">How many executions it stands for: more than one in a batch of variables.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    /// <returns>Why not; null when it may.</returns>
    ValueTask<RequestRefusal?> AdmitAsync(OperationRequest request, int executions, CancellationToken cancellationToken);

    /// <summary>Asked before an operation is executed.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cost">The sum of its field cost and its type cost, all executions counted.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    /// <returns>Why not; null when it may.</returns>
    ValueTask<RequestRefusal?> ChargeAsync(OperationRequest request, double cost, CancellationToken cancellationToken);
}
