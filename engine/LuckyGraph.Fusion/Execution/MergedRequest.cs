using System.Text.Json;
using LuckyGraph.Fusion.Planning;
using LuckyGraph.Fusion.Transport;

namespace LuckyGraph.Fusion.Execution;

/// <summary>Several fetches as one plain operation.</summary>
internal static class MergedRequest
{
    /// <summary>The request for some fetches of a batch; null when it would have more root fields than the server may be asked for.</summary>
    public static FetchRequest? TryMake(FetchBatch batch, List<FetchRun> runs, JsonElement variables, SubgraphOptions options)
    {
        Span<int> sizes = stackalloc int[batch.Count];
        sizes.Clear();
        var (fields, capacity) = (0, 256);
        foreach (var run in runs)
        {
            var size = run.Node.IsEntities ? 1 : AliasedOperation.Size(run.RowCount, int.MaxValue);
            sizes[batch.IndexOf(run.Node)] = size;
            fields += size;
            capacity += run.KeysLength + (size * 32);
        }

        if (fields > Math.Min(options.MaxAliasedFields, options.MaxBatchSize))
        {
            return null;
        }

        var operation = batch.Merged;
        var text = operation.Text(sizes);
        var body = new PooledBuffer(text.Prefix.Length + capacity);
        body.Write(text.Prefix);
        body.Write((byte)'{');
        var separate = VariableSegment.Write(body, text.Variables, variables);
        foreach (var run in runs)
        {
            var index = batch.IndexOf(run.Node);
            if (!run.Node.IsEntities)
            {
                run.WriteAliased(body, operation.Members[index], operation.SwitchMembers[index], 0, run.RowCount, sizes[index], separate);
            }
            else
            {
                if (separate)
                {
                    body.Write((byte)',');
                }

                body.Write(operation.Members[index][0]);
                run.WriteRepresentations(body);
            }

            separate = true;
        }

        body.Write("}}"u8);
        return new FetchRequest { Body = body, FirstRow = 0, RowCount = 1, MayRepeat = true };
    }
}

/// <summary>The answer to several fetches that were one operation.</summary>
/// <param name="Batch">The fetches of the plan.</param>
/// <param name="Runs">Those that were asked for.</param>
/// <param name="Request">The request with its outcome.</param>
internal sealed record MergedAnswer(FetchBatch Batch, List<FetchRun> Runs, FetchRequest Request);
