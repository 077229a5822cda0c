using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace LuckyGraph.Bench.Gateway;

/// <summary>
/// The ceiling: what hand-written code reaches that knows the three operations in advance and does only what cannot be left
/// out. Answers are read once as bytes, copied as bytes, and joined by ready-made pieces of JSON; nothing is checked. The same
/// six, two and one requests as the best plan makes.
/// </summary>
internal sealed class Ceiling(string subgraphs)
{
    private static readonly MediaTypeHeaderValue s_json = new("application/json");
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        AutomaticDecompression = DecompressionMethods.None,
    });

    private readonly Uri[] _services = [.. Workload.Services.Select(s => new Uri($"{subgraphs}/{s}"))];

    private const int Accounts = 0;
    private const int Inventory = 1;
    private const int Products = 2;
    private const int Reviews = 3;

    private const string Author = "author{id username reviews{id body product{upc}}}";
    private static readonly byte[] s_users = """{"query":"{users{id username name}}"}"""u8.ToArray();
    private static readonly byte[] s_topProducts = """{"query":"{topProducts(first:5){name price weight upc}}"}"""u8.ToArray();
    private static readonly byte[] s_userReviews = Utf8("""{"query":"query($k:ID!){userById(id:$k){reviews{id body product{upc reviews{id body """ + Author + """}}}}}","variables":[""");
    private static readonly byte[] s_productReviews = Utf8("""{"query":"query($k:String!){productByUpc(upc:$k){reviews{id body """ + Author + """}}}","variables":[""");
    private static readonly byte[] s_shortReviews = Utf8("""{"query":"query($k:String!){productByUpc(upc:$k){reviews{id body}}}","variables":[""");
    private static readonly byte[] s_names = Utf8("""{"query":"query($k:ID!){userById(id:$k){name}}","variables":[""");
    private static readonly byte[] s_products = Utf8("""{"query":"query($k:String!){productByUpc(upc:$k){name price weight}}","variables":[""");
    private static readonly byte[] s_stock = Utf8("""{"query":"query($k:String!,$p:Int,$w:Int){productByUpc(upc:$k){inStock shippingEstimate(price:$p,weight:$w)}}","variables":[""");

    /// <summary>One fetch: the root field's answer is the response as it is.</summary>
    public async Task SingleAsync(HttpContext context)
    {
        await SkipAsync(context);
        using var users = await SendAsync(Accounts, s_users);
        await WriteAsync(context, users);
    }

    /// <summary>Two fetches: products, then the reviews of each.</summary>
    public async Task TwoAsync(HttpContext context)
    {
        await SkipAsync(context);
        using var products = await SendAsync(Products, """{"query":"{topProducts(first:5){upc name price}}"}"""u8.ToArray());
        var ends = new List<int>();
        using var body = Keys(s_shortReviews, Objects(products.Span, "upc"u8, ends), products.Span);
        using var reviews = await SendAsync(Reviews, body.Memory);
        using var output = new Bytes(products.Length + reviews.Length);
        Compose();
        await WriteAsync(context, output);

        void Compose()
        {
            var rows = Rows(reviews.Span, ends.Count);
            var from = 0;
            for (var i = 0; i < ends.Count; i++)
            {
                output.Add(products.Span[from..ends[i]]);
                output.Add(","u8);
                output.Add(Inner(reviews.Span[rows[i]]));
                from = ends[i];
            }

            output.Add(products.Span[from..]);
        }
    }

    /// <summary>Six fetches: users and products, reviews of both, names and products of what the reviews name, stock of all.</summary>
    public async Task HeavyAsync(HttpContext context)
    {
        await SkipAsync(context);
        var rootUsers = SendAsync(Accounts, s_users);
        var rootProducts = SendAsync(Products, s_topProducts);
        using var users = await rootUsers;
        using var products = await rootProducts;
        var (userEnds, productEnds) = (new List<int>(), new List<int>());
        using var body = Both(Objects(users.Span, "id"u8, userEnds), users.Span, Objects(products.Span, "upc"u8, productEnds), products.Span);
        using var reviews = await SendAsync(Reviews, body.Memory);
        var join = new Join();
        Read();

        var sentNames = join.SendNames(this);
        var sentProducts = join.SendProducts(this);
        using var names = await sentNames;
        using var details = await sentProducts;
        using var stock = await join.SendStock(this, names, details);
        join.Add(stock);
        using var output = new Bytes(96 * 1024);
        join.Write(output, users, userEnds, products, productEnds, reviews);
        await WriteAsync(context, output);

        void Read()
        {
            join.ReadProducts(products.Span);
            join.ReadReviews(reviews.Span, userEnds.Count, productEnds.Count);
        }
    }

    private static Bytes Both(List<Range> users, ReadOnlySpan<byte> userText, List<Range> products, ReadOnlySpan<byte> productText)
    {
        using var first = Keys(s_userReviews, users, userText);
        using var second = Keys(s_productReviews, products, productText);
        var body = new Bytes(first.Length + second.Length + 3);
        body.Add("["u8);
        body.Add(first.Span);
        body.Add(","u8);
        body.Add(second.Span);
        body.Add("]"u8);
        return body;
    }

    /// <summary>The values of a key in every object that has it directly, and where those objects end.</summary>
    private static List<Range> Objects(ReadOnlySpan<byte> json, ReadOnlySpan<byte> key, List<int> ends)
    {
        var values = new List<Range>();
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(key))
            {
                reader.Read();
                values.Add((int)reader.TokenStartIndex..(int)reader.BytesConsumed);
            }
            else if (reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == 3)
            {
                ends.Add((int)reader.TokenStartIndex);
            }
        }

        return values;
    }

    private static Bytes Keys(byte[] prefix, List<Range> keys, ReadOnlySpan<byte> text)
    {
        var body = new Bytes(prefix.Length + (keys.Count * 20) + 2);
        body.Add(prefix);
        for (var i = 0; i < keys.Count; i++)
        {
            body.Add(i == 0 ? "{\"k\":"u8 : ",{\"k\":"u8);
            body.Add(text[keys[i]]);
            body.Add("}"u8);
        }

        body.Add("]}"u8);
        return body;
    }

    /// <summary>The entity of each row of a variable batch: lines of <c>{"variableIndex":0,"data":{"field":ENTITY}}</c>, in any order.</summary>
    internal static Range[] Rows(ReadOnlySpan<byte> lines, int count)
    {
        var rows = new Range[count];
        foreach (var line in Lines(lines))
        {
            var (_, variable, entity) = Row(lines[line], line.Start.Value);
            rows[variable] = entity;
        }

        return rows;
    }

    internal static List<Range> Lines(ReadOnlySpan<byte> text)
    {
        var lines = new List<Range>();
        for (var from = 0; from < text.Length;)
        {
            var length = text[from..].IndexOf((byte)'\n');
            var end = length < 0 ? text.Length : from + length;
            if (end > from)
            {
                lines.Add(from..end);
            }

            from = end + 1;
        }

        return lines;
    }

    internal static (int Request, int Variable, Range Entity) Row(ReadOnlySpan<byte> line, int offset)
    {
        var (request, variable) = (Index(line, "\"requestIndex\":"u8), Index(line, "\"variableIndex\":"u8));
        var data = line.IndexOf("\"data\":{"u8);
        var start = data + 8 + line[(data + 8)..].IndexOf((byte)'{');
        // The row ends with the braces of data and of the row itself, unless the indexes come last.
        var end = line.Length - 2;
        if (line[start..].LastIndexOf("}},\""u8) is >= 0 and var at && line[(start + at)..].StartsWith("}},\"variableIndex"u8) | line[(start + at)..].StartsWith("}},\"requestIndex"u8))
        {
            end = start + at + 1;
        }

        return (request, variable, (offset + start)..(offset + end));
    }

    private static int Index(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name)
    {
        var at = line.IndexOf(name);
        return at < 0 ? 0 : System.Buffers.Text.Utf8Parser.TryParse(line[(at + name.Length)..], out int value, out _) ? value : 0;
    }

    /// <summary>What is between the braces of an object.</summary>
    internal static ReadOnlySpan<byte> Inner(ReadOnlySpan<byte> json) => json[1..^1];

    private async Task<Bytes> SendAsync(int service, ReadOnlyMemory<byte> body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _services[service]) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = s_json;
        request.Headers.TryAddWithoutValidation("Accept", "application/jsonl, application/json;q=0.9");
        using var response = await _http.SendAsync(request, default);
        var length = (int)response.Content.Headers.ContentLength!.Value;
        var bytes = new Bytes(length);
        var stream = await response.Content.ReadAsStreamAsync();
        while (bytes.Length < length)
        {
            bytes.Length += await stream.ReadAsync(bytes.Array.AsMemory(bytes.Length, length - bytes.Length));
        }

        return bytes;
    }

    private static async Task SkipAsync(HttpContext context)
    {
        while (true)
        {
            var read = await context.Request.BodyReader.ReadAsync();
            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private static async Task WriteAsync(HttpContext context, Bytes body)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body.Memory);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>A pooled growing buffer.</summary>
    internal sealed class Bytes(int size) : IDisposable
    {
        public byte[] Array { get; private set; } = ArrayPool<byte>.Shared.Rent(size);

        public int Length { get; set; }

        public ReadOnlySpan<byte> Span => Array.AsSpan(0, Length);

        public ReadOnlyMemory<byte> Memory => Array.AsMemory(0, Length);

        public void Add(ReadOnlySpan<byte> bytes)
        {
            if (Length + bytes.Length > Array.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent((Length + bytes.Length) * 2);
                Span.CopyTo(larger);
                ArrayPool<byte>.Shared.Return(Array);
                Array = larger;
            }

            bytes.CopyTo(Array.AsSpan(Length));
            Length += bytes.Length;
        }

        public void Dispose() => ArrayPool<byte>.Shared.Return(Array);
    }

    /// <summary>The heavy operation's data: reviews as pieces to copy, and what goes between them.</summary>
    private sealed class Join
    {
        // A piece of the reviews' answer up to an offset, then what belongs there: user or product by index.
        private readonly record struct Cut(int End, int Resume, bool IsUser, int Index);

        private readonly List<Cut> _cuts = [];
        private readonly List<(int Cut, int Start, int End)> _rows = [];
        private readonly Dictionary<int, int> _userIndex = [];
        private readonly Dictionary<int, int> _productIndex = [];
        private readonly List<int> _users = [];
        private readonly List<(int Upc, byte[]? Name, int Price, int Weight)> _products = [];
        private readonly List<int> _unknown = [];
        private int _userRows;
        private byte[][] _userPieces = [];
        private byte[][] _productPieces = [];

        public void ReadProducts(ReadOnlySpan<byte> json)
        {
            var reader = new Utf8JsonReader(json);
            var (name, price, weight) = (default(byte[]), 0, 0);
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                {
                    continue;
                }

                if (reader.ValueTextEquals("name"u8))
                {
                    reader.Read();
                    name = json[(int)reader.TokenStartIndex..(int)reader.BytesConsumed].ToArray();
                }
                else if (reader.ValueTextEquals("price"u8))
                {
                    reader.Read();
                    price = reader.GetInt32();
                }
                else if (reader.ValueTextEquals("weight"u8))
                {
                    reader.Read();
                    weight = reader.GetInt32();
                }
                else if (reader.ValueTextEquals("upc"u8))
                {
                    reader.Read();
                    var upc = Number(reader.ValueSpan);
                    _productIndex.Add(upc, _products.Count);
                    _products.Add((upc, name, price, weight));
                }
            }
        }

        /// <summary>One pass over the answer: every <c>upc</c> and every <c>username</c> is a place where something is put in.</summary>
        public void ReadReviews(ReadOnlySpan<byte> text, int users, int products)
        {
            _userRows = users;
            var rows = new (int, Range)[users + products];
            foreach (var line in Lines(text))
            {
                var (request, variable, entity) = Ceiling.Row(text[line], line.Start.Value);
                rows[request == 0 ? variable : users + variable] = (1, entity);
            }

            foreach (var (_, entity) in rows)
            {
                var start = entity.Start.Value;
                var firstCut = _cuts.Count;
                var reader = new Utf8JsonReader(text[entity]);
                var id = 0;
                while (reader.Read())
                {
                    if (reader.TokenType != JsonTokenType.PropertyName)
                    {
                        continue;
                    }

                    if (reader.ValueTextEquals("id"u8))
                    {
                        reader.Read();
                        id = Number(reader.ValueSpan);
                    }
                    else if (reader.ValueTextEquals("username"u8))
                    {
                        reader.Read();
                        var end = start + (int)reader.BytesConsumed;
                        if (!_userIndex.TryGetValue(id, out var index))
                        {
                            _userIndex.Add(id, index = _users.Count);
                            _users.Add(id);
                        }

                        _cuts.Add(new Cut(end, end, true, index));
                    }
                    else if (reader.ValueTextEquals("upc"u8))
                    {
                        var before = start + (int)reader.TokenStartIndex;
                        reader.Read();
                        var upc = Number(reader.ValueSpan);
                        if (!_productIndex.TryGetValue(upc, out var index))
                        {
                            _productIndex.Add(upc, index = _products.Count);
                            _unknown.Add(index);
                            _products.Add((upc, null, 0, 0));
                        }

                        _cuts.Add(new Cut(before, start + (int)reader.BytesConsumed, false, index));
                    }
                }

                _rows.Add((firstCut, start + 1, entity.End.Value - 1));
            }
        }

        public Task<Bytes> SendNames(Ceiling ceiling) => ceiling.SendAsync(Accounts, Numbers(s_names, _users));

        public Task<Bytes> SendProducts(Ceiling ceiling) => ceiling.SendAsync(Products, Numbers(s_products, _unknown.ConvertAll(i => _products[i].Upc)));

        public Task<Bytes> SendStock(Ceiling ceiling, Bytes names, Bytes details)
        {
            var rows = Rows(names.Span, _users.Count);
            _userPieces = new byte[_users.Count][];
            for (var i = 0; i < rows.Length; i++)
            {
                _userPieces[i] = [(byte)',', .. Inner(names.Span[rows[i]])];
            }

            rows = Rows(details.Span, _unknown.Count);
            for (var i = 0; i < rows.Length; i++)
            {
                var text = details.Span[rows[i]];
                var reader = new Utf8JsonReader(text);
                reader.Read();
                reader.Read();
                reader.Read();
                var name = text[(int)reader.TokenStartIndex..(int)reader.BytesConsumed].ToArray();
                reader.Read();
                reader.Read();
                var price = reader.GetInt32();
                reader.Read();
                reader.Read();
                _products[_unknown[i]] = (_products[_unknown[i]].Upc, name, price, reader.GetInt32());
            }

            var body = new StringBuilder();
            foreach (var (upc, _, price, weight) in _products)
            {
                body.Append(CultureInfo.InvariantCulture, $"{(body.Length == 0 ? "" : ",")}{{\"k\":\"{upc}\",\"p\":{price},\"w\":{weight}}}");
            }

            return ceiling.SendAsync(Inventory, (byte[])[.. s_stock, .. Utf8(body.ToString()), .. "]}"u8]);
        }

        public void Add(Bytes stock)
        {
            var rows = Rows(stock.Span, _products.Count);
            _productPieces = new byte[_products.Count][];
            for (var i = 0; i < rows.Length; i++)
            {
                var (upc, name, price, weight) = _products[i];
                var inner = Inner(stock.Span[rows[i]]);
                var comma = inner.IndexOf((byte)',');
                _productPieces[i] =
                [
                    .. inner[..comma], .. ",\"name\":"u8, .. name!, .. Utf8($",\"price\":{price}"), .. inner[comma..], .. Utf8($",\"upc\":\"{upc}\",\"weight\":{weight}"),
                ];
            }
        }

        public void Write(Bytes output, Bytes users, List<int> userEnds, Bytes products, List<int> productEnds, Bytes reviews)
        {
            var from = 0;
            for (var i = 0; i < userEnds.Count; i++)
            {
                output.Add(users.Span[from..userEnds[i]]);
                output.Add(","u8);
                WriteRow(output, reviews.Span, i);
                from = userEnds[i];
            }

            // Both answers are {"data":{"field":[…]}}.
            output.Add(users.Span[from..users.Span.LastIndexOf("}}"u8)]);
            output.Add(",\"topProducts\":["u8);
            for (var i = 0; i < productEnds.Count; i++)
            {
                output.Add(i == 0 ? "{"u8 : ",{"u8);
                output.Add(_productPieces[i]);
                output.Add(","u8);
                WriteRow(output, reviews.Span, _userRows + i);
                output.Add("}"u8);
            }

            output.Add("]}}"u8);
        }

        private void WriteRow(Bytes output, ReadOnlySpan<byte> text, int row)
        {
            var (cut, from, end) = _rows[row];
            var last = row + 1 < _rows.Count ? _rows[row + 1].Cut : _cuts.Count;
            for (; cut < last; cut++)
            {
                var (stop, resume, isUser, index) = _cuts[cut];
                output.Add(text[from..stop]);
                output.Add(isUser ? _userPieces[index] : _productPieces[index]);
                from = resume;
            }

            output.Add(text[from..end]);
        }

        private static byte[] Numbers(byte[] prefix, List<int> keys)
        {
            var body = new StringBuilder();
            foreach (var key in keys)
            {
                body.Append(CultureInfo.InvariantCulture, $"{(body.Length == 0 ? "" : ",")}{{\"k\":\"{key}\"}}");
            }

            return [.. prefix, .. Utf8(body.ToString()), .. "]}"u8];
        }

        private static int Number(ReadOnlySpan<byte> digits) => System.Buffers.Text.Utf8Parser.TryParse(digits, out int value, out _) ? value : 0;
    }
}
