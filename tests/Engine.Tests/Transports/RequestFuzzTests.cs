using System.Text;
using LuckyGraph.AspNetCore;
using LuckyGraph.AspNetCore.Requests;
using LuckyGraph.AspNetCore.Uploads;
using LuckyGraph.AspNetCore.WebSockets;
using LuckyGraph.Engine.Tests.Transports.Uploads;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.Engine.Tests.Transports;

/// <summary>Whatever bytes arrive, the parsers of the transports read them or refuse them.</summary>
public sealed class RequestFuzzTests
{
    private static readonly GraphQLEndpointOptions s_options = new() { AllowBatching = true, MaxBatchSize = 3 };

    private static readonly string[] s_bodies =
    [
        """{"query":"query Q($a: Int) { a(b: \"\u00e9\\n\") }","operationName":"Q","variables":{"a":[1,null,{"b":"\ud83d\ude00"}]},"extensions":{"x":{}},"onError":"NULL"}""",
        """[{"query":"{ a }","variables":[{},{"x":1e9}]},{"documentId":"abc"}]""",
    ];

    private static readonly string[] s_messages =
    [
        """{"id":"1","type":"subscribe","payload":{"query":"{ \u0061 }","variables":{"a":{"b":[]}}}}""",
        """{"type":"connection_init","payload":{"Authorization":"Bearer x"}}""",
        """{"type":"ping","payload":{"x":"\u00e9"}}""",
        """{"type":"complete","id":"1"}""",
    ];

    [Fact]
    public void Thirty_thousand_mutated_bodies_are_read_or_refused()
    {
        var read = Fuzz(s_bodies, static bytes => RequestParser.ParseBody(bytes, s_options).Dispose());

        Assert.InRange(read, 500, 29_000);
    }

    [Fact]
    public void Thirty_thousand_mutated_socket_messages_are_read_or_refused()
    {
        var read = Fuzz(s_messages, static bytes => SocketMessage.Parse(bytes, s_options).Envelope.Dispose());

        Assert.InRange(read, 500, 29_000);
    }

    [Fact]
    public async Task Five_thousand_mutated_forms_are_read_or_refused_and_leave_no_file()
    {
        using var folder = new UploadFolder();
        var options = new GraphQLEndpointOptions { AllowBatching = true, MaxUploadFiles = 2, MaxUploadFileBytes = 100, UploadFolder = folder.Path };
        var seed = MultipartForm.Of("""[{"query":"{ a }","variables":{"a":[null,{"b":null}]}}]""", """{"0":["0.variables.a.0"],"1":["0.variables.a.1.b"]}""")
            .File("0", "first").File("1", "second").ToBytes();
        var random = new Random(20261127);
        var read = 0;
        for (var i = 0; i < 5_000; i++)
        {
            var context = new DefaultHttpContext { Request = { Body = new MemoryStream(Mutate(random, seed)), ContentType = "multipart/form-data; boundary=graph" } };
            try
            {
                using var envelope = await new MultipartRequest(context, options).ReadAsync();
                read++;
            }
            catch (RequestFormatException e)
            {
                Assert.InRange(e.Status, 400, 499);
            }
        }

        Assert.InRange(read, 100, 4_900);
        await folder.EmptyAsync();
    }

    private static int Fuzz(string[] seeds, Action<PooledBuffer> parse)
    {
        var random = new Random(20260820);
        var read = 0;
        for (var i = 0; i < 30_000; i++)
        {
            var buffer = new PooledBuffer(256);
            buffer.Write(Mutate(random, Encoding.UTF8.GetBytes(seeds[random.Next(seeds.Length)])));
            try
            {
                parse(buffer);
                read++;
            }
            catch (RequestFormatException e)
            {
                Assert.InRange(e.Status, 400, 499);
            }
        }

        return read;
    }

    private static byte[] Mutate(Random random, byte[] seed)
    {
        const string Inserts = "{}[]\",:\\u0dn1eE+-. tfn\0";
        var bytes = new List<byte>(seed);
        for (var edits = random.Next(1, 4); edits > 0 && bytes.Count > 0; edits--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes.RemoveAt(at); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.Insert(at, (byte)Inserts[random.Next(Inserts.Length)]); break;
                case 3: bytes.RemoveRange(at, bytes.Count - at); break;
                case 4: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 12), bytes.Count - at))); break;
            }
        }

        return [.. bytes];
    }
}
