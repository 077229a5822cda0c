namespace LuckyGraph.AspNetCore;

/// <summary>The documents that clients were built with, by id. Asked once per request, so it answers from memory where it can.</summary>
public interface ITrustedDocumentStore
{
    /// <summary>Finds a document.</summary>
    /// <param name="id">The id as the client sent it, without a leading <c>sha256:</c>.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    /// <returns>The UTF-8 document, which nobody changes afterwards; empty when there is none.</returns>
    ValueTask<ReadOnlyMemory<byte>> FindAsync(string id, CancellationToken cancellationToken);
}
