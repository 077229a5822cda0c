using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using LuckyGraph.AspNetCore;
using LuckyGraph.AspNetCore.Uploads;
using LuckyGraph.Engine.Execution;

namespace LuckyGraph.Engine.Tests.Transports.Uploads;

/// <summary>The GraphQL multipart request specification, from the bytes on the wire to the resolver.</summary>
public sealed class UploadTests : IDisposable
{
    private const string One = """{"query":"mutation($file: Upload!) { fileUpload(file: $file) }","variables":{"file":null}}""";
    private const string Many = """{"query":"mutation($files: [Upload!]!) { filesUpload(files: $files) }","variables":{"files":[null,null]}}""";
    private const string OneMap = """{"0":["variables.file"]}""";

    private readonly UploadFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_reaches_its_resolver_with_name_type_and_content()
    {
        await using var host = await _folder.StartAsync();

        using var response = await MultipartForm.Of(One, OneMap).File("0", "Grüße", "C:\\Fotos\\größe 1.txt").PostAsync(host);

        Assert.Equal("""{"data":{"fileUpload":"größe 1.txt|text/plain|7|Grüße"}}""", await TextAsync(response));
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        await _folder.EmptyAsync();
    }

    [Fact]
    public async Task Lists_of_files_keep_their_order_whatever_the_order_of_the_parts()
    {
        await using var host = await _folder.StartAsync();

        using var response = await MultipartForm.Of(Many, """{"x":["variables.files.1"],"y":["variables.files.0"]}""")
            .File("x", "second", "b").File("y", "first", "a", type: null).PostAsync(host);

        Assert.Equal("""{"data":{"filesUpload":["a||5|first","b|text/plain|6|second"]}}""", await TextAsync(response));
    }

    [Fact]
    public async Task One_file_may_stand_in_several_places()
    {
        await using var host = await _folder.StartAsync();

        using var response = await MultipartForm.Of(Many, """{"0":["variables.files.0","variables.files.1"]}""").File("0", "same").PostAsync(host);

        Assert.Equal("""{"data":{"filesUpload":["a.txt|text/plain|4|same","a.txt|text/plain|4|same"]}}""", await TextAsync(response));
    }

    [Theory]
    // A field of an input object, and the nullable items of its list.
    [InlineData("mutation($a: AlbumInput!) { albumAdd(album: $a) }", """{"a":{"title":"T","cover":null,"pages":[null,null]}}""", """{"0":["variables.a.cover"],"1":["variables.a.pages.1"]}""", """{"albumAdd":"T: 0.txt, - 1.txt"}""")]
    // The file alone is the variable, the object is written in the document.
    [InlineData("mutation($f: Upload!, $p: [Upload]) { albumAdd(album: {title: \"T\", cover: $f, pages: $p}) }", """{"f":null,"p":[null]}""", """{"0":["variables.f"],"1":["variables.p.0"]}""", """{"albumAdd":"T: 0.txt, 1.txt"}""")]
    // 3.11: a single value is a list of one.
    [InlineData("mutation($f: [Upload!]!) { filesUpload(files: $f) }", """{"f":null}""", """{"0":["variables.f"]}""", """{"filesUpload":["0.txt|text/plain|1|0"]}""")]
    [InlineData("mutation($a: AttachmentInput!) { attach(attachment: $a) }", """{"a":{"file":null}}""", """{"0":["variables.a.file"]}""", """{"attach":"0.txt"}""")]
    [InlineData("mutation($i: CoverChangeInput!) { coverChange(input: $i) { string } }", """{"i":{"cover":null}}""", """{"0":["variables.i.cover"]}""", """{"coverChange":{"string":"0.txt|text/plain|1|0"}}""")]
    [InlineData("query($f: Upload) { a: fileSize(file: $f) b: fileSize c: fileSize(file: null) }", """{"f":null}""", """{"0":["variables.f"]}""", """{"a":1,"b":-1,"c":-1}""")]
    public async Task Files_stand_wherever_the_scalar_does(string query, string variables, string map, string expected)
    {
        await using var host = await _folder.StartAsync();
        var form = MultipartForm.Of($$"""{"query":{{JsonSerializer.Serialize(query)}},"variables":{{variables}}}""", map).File("0", "0", "0.txt");

        using var response = await (map.Contains("\"1\"", StringComparison.Ordinal) ? form.File("1", "1", "1.txt") : form).PostAsync(host);

        Assert.Equal($$"""{"data":{{expected}}}""", await TextAsync(response));
    }

    [Fact]
    public async Task Batched_operations_have_files_of_their_own()
    {
        await using var host = await _folder.StartAsync(options => options.AllowBatching = true);

        using var response = await MultipartForm.Of($"[{One},{Many}]", """{"0":["0.variables.file","1.variables.files.1"],"1":["1.variables.files.0"]}""")
            .File("0", "zero").File("1", "one", "b.txt").PostAsync(host);

        Assert.Equal(
            """[{"data":{"fileUpload":"a.txt|text/plain|4|zero"}},{"data":{"filesUpload":["b.txt|text/plain|3|one","a.txt|text/plain|4|zero"]}}]""",
            await TextAsync(response));
    }

    [Theory]
    [InlineData("application/json", "[", "]")]
    [InlineData("application/jsonl", "", "\n")]
    public async Task Each_set_of_variables_of_a_batch_has_files_of_its_own(string accept, string head, string tail)
    {
        await using var host = await _folder.StartAsync(options => options.AllowBatching = true);
        var operations = One.Replace("""{"file":null}""", """[{"file":null},{"file":null}]""", StringComparison.Ordinal);

        using var response = await MultipartForm.Of(operations, """{"0":["variables.1.file"],"1":["variables.0.file"]}""")
            .File("0", "zero").File("1", "one").PostAsync(host, accept: accept);

        var separator = head.Length > 0 ? "," : "\n";
        Assert.Equal(
            $$$"""{{{head}}}{"variableIndex":0,"data":{"fileUpload":"a.txt|text/plain|3|one"}}{{{separator}}}{"variableIndex":1,"data":{"fileUpload":"a.txt|text/plain|4|zero"}}{{{tail}}}""",
            await TextAsync(response));
    }

    [Fact]
    public async Task The_response_may_be_an_event_stream()
    {
        await using var host = await _folder.StartAsync();

        using var response = await MultipartForm.Of(One, OneMap).File("0", "x").PostAsync(host, accept: "text/event-stream");

        Assert.Equal("event: next\ndata: {\"data\":{\"fileUpload\":\"a.txt|text/plain|1|x\"}}\n\nevent: complete\ndata:\n\n", await TextAsync(response));
        await _folder.EmptyAsync();
    }

    [Theory]
    [InlineData("""{"query":"mutation($file: Upload!) { fileUpload(file: $file) }","variables":{"file":"a.txt"}}""", """Variable "$file" has invalid value: Upload cannot represent "a.txt"; it must be a file: send a multipart request in which a variable is null and "map" says which file it is.""", "BAD_USER_INPUT")]
    [InlineData("""{"query":"mutation($file: Upload!) { fileUpload(file: $file) }","variables":{"file":null}}""", """Variable "$file" has invalid value: Expected value of non-null type "Upload!" not to be null.""", "BAD_USER_INPUT")]
    [InlineData("""{"query":"mutation { fileUpload(file: \"a.txt\") }"}""", """Upload cannot represent "a.txt"; it must be a file: send a multipart request in which a variable is null and "map" says which file it is.""", "GRAPHQL_VALIDATION_FAILED")]
    public async Task Without_a_multipart_request_there_is_no_file(string body, string message, string code)
    {
        await using var host = await _folder.StartAsync();

        using var response = await HttpTransportTests.PostAsync(host, body, "application/graphql-response+json");

        await AssertRefusedAsync(response, HttpStatusCode.BadRequest, code, message);
    }

    [Theory]
    [InlineData("query($x: String) { metadata(text: $x) }", "x", """Variable "$x" has invalid value: Expected a value of type "String", found: a file.""")]
    [InlineData("query($x: JSON) { metadata(json: $x) }", "x", """Variable "$x" has invalid value: Expected a value of type "JSON", found: a file.""")]
    [InlineData("query($x: JSON) { metadata(json: $x) }", "x.a", """The file at "variables.x.a" is no value of type Upload in the operation.""")]
    [InlineData("query { metadata }", "x", """The file at "variables.x" is no value of type Upload in the operation.""")]
    public async Task A_file_where_no_upload_belongs_is_refused(string query, string place, string message)
    {
        await using var host = await _folder.StartAsync();
        var variables = place == "x" ? """{"x":null}""" : """{"x":{"a":null}}""";

        using var response = await MultipartForm.Of($$"""{"query":"{{query}}","variables":{{variables}}}""", $$"""{"0":["variables.{{place}}"]}""")
            .File("0", "x").PostAsync(host, accept: "application/graphql-response+json");

        await AssertRefusedAsync(response, HttpStatusCode.BadRequest, ErrorCodes.Variables, message);
    }

    [Theory]
    [InlineData("query($x: Upload) { m: metadata(json: {a: [1, $x]}) n: metadata(json: 1) }", "x", """{"x":null}""", "at .a[1]: ")]
    [InlineData("query($x: AttachmentInput!) { m: metadata(json: [{a: $x}]) n: metadata(json: 1) }", "x.file", """{"x":{"file":null}}""", "at [0].a: ")]
    public async Task A_file_within_a_literal_of_another_scalar_fails_the_field_and_is_not_lost(string query, string place, string variables, string at)
    {
        await using var host = await _folder.StartAsync();

        using var response = await MultipartForm.Of($$"""{"query":"{{query}}","variables":{{variables}}}""", $$"""{"0":["variables.{{place}}"]}""")
            .File("0", "x").PostAsync(host, accept: "application/graphql-response+json");

        var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync()).RootElement;
        var error = json.GetProperty("errors")[0];
        Assert.Equal(
            $"Argument \"json\" has invalid value {at}Variable \"$x\" holds a file, which no value of type \"JSON\" can; give the file to an argument or input field of type Upload.",
            error.GetProperty("message").GetString());
        Assert.Equal((ErrorCodes.Variables, "m"), (error.GetProperty("extensions").GetProperty("code").GetString(), error.GetProperty("path")[0].GetString()));
        // Metadata is non-null in the schema: the failure takes the whole response with it.
        Assert.Equal(JsonValueKind.Null, json.GetProperty("data").ValueKind);
    }

    [Theory]
    [InlineData("map", OneMap, null, null, UploadErrorCodes.OperationsMissing)]
    [InlineData("operations", One, null, null, UploadErrorCodes.MapMissing)]
    [InlineData("operations", One, "0", "file", UploadErrorCodes.MapMissing)]
    [InlineData("operations", "{", "map", OneMap, ErrorCodes.BadRequest)]
    [InlineData("operations", "{}", "map", OneMap, ErrorCodes.BadRequest)]
    [InlineData("operations", One, "map", "{", UploadErrorCodes.MapInvalid)]
    [InlineData("operations", One, "map", "[]", UploadErrorCodes.MapInvalid)]
    [InlineData("operations", One, "map", """{"0":["\ud800"]}""", UploadErrorCodes.MapInvalid)]
    [InlineData("operations", One, "map", """{"\ud800":["variables.file"]}""", UploadErrorCodes.MapInvalid)]
    [InlineData("operations", One, "map", """{"0":"variables.file"}""", UploadErrorCodes.MapInvalid)]
    [InlineData("operations", One, "map", """{"0":[]}""", UploadErrorCodes.MapInvalid)]
    [InlineData("operations", One, "map", """{"0":[0]}""", UploadErrorCodes.MapInvalid)]
    [InlineData("operations", One, "map", """{"0":["variables.file","variables.file"]}""", UploadErrorCodes.MapInvalid)]
    [InlineData("operations", One, "map", """{"0":["variables.file"],"1":["variables.file"]}""", UploadErrorCodes.MapInvalid)]
    [InlineData("operations", One, "map", """{"0":["variables.other"]}""", UploadErrorCodes.PathInvalid)]
    [InlineData("operations", One, "map", """{"0":["variables.file.0"]}""", UploadErrorCodes.PathInvalid)]
    [InlineData("operations", One, "map", """{"0":["variables"]}""", UploadErrorCodes.PathInvalid)]
    [InlineData("operations", One, "map", """{"0":["query"]}""", UploadErrorCodes.PathInvalid)]
    [InlineData("operations", One, "map", """{"0":[""]}""", UploadErrorCodes.PathInvalid)]
    [InlineData("operations", One, "map", """{"0":["0.variables.file"]}""", UploadErrorCodes.PathInvalid)]
    [InlineData("operations", Many, "map", """{"0":["variables.files.2"]}""", UploadErrorCodes.PathInvalid)]
    [InlineData("operations", Many, "map", """{"0":["variables.files.00"]}""", UploadErrorCodes.PathInvalid)]
    [InlineData("operations", """{"query":"{ a }","variables":{"file":"x"}}""", "map", OneMap, UploadErrorCodes.PathInvalid)]
    [InlineData("operations", One, "map", OneMap, UploadErrorCodes.FileMissing)]
    public async Task What_does_not_fit_together_is_refused_with_a_code_and_runs_nothing(string first, string value, string? second, string? other, string code)
    {
        await using var host = await _folder.StartAsync();
        var form = new MultipartForm().Field(first, value);
        form = second is null ? form : form.Field(second, other!);

        using var response = await form.PostAsync(host);

        await AssertRefusedAsync(response, HttpStatusCode.BadRequest, code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no form at all")]
    [InlineData("--graph\r\n\r\nwithout header\r\n--graph--\r\n")]
    [InlineData("--graph\r\nContent-Disposition: form-data\r\n\r\nwithout name\r\n--graph--\r\n")]
    [InlineData("--graph\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n{}")]
    public async Task What_is_no_form_is_refused(string body)
    {
        await using var host = await _folder.StartAsync();

        using var response = await MultipartForm.PostAsync(host, Encoding.UTF8.GetBytes(body));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.True(await HttpTransportTests.CodeAsync(response) is UploadErrorCodes.Malformed or UploadErrorCodes.OperationsMissing);
    }

    [Fact]
    public async Task A_form_that_ends_within_a_file_runs_nothing_and_leaves_nothing()
    {
        await using var host = await _folder.StartAsync();

        using var response = await MultipartForm.Of(One, OneMap).File("0", new string('x', 100_000)).PostAsync(host, isWhole: false);

        await AssertRefusedAsync(response, HttpStatusCode.BadRequest, UploadErrorCodes.Malformed);
    }

    [Fact]
    public async Task A_file_sent_twice_is_refused()
    {
        await using var host = await _folder.StartAsync();

        using var response = await MultipartForm.Of(One, OneMap).File("0", "x").File("0", "y").PostAsync(host);

        await AssertRefusedAsync(response, HttpStatusCode.BadRequest, UploadErrorCodes.Malformed);
    }

    [Fact]
    public async Task A_field_in_the_place_of_a_file_is_no_file_and_other_parts_are_dropped()
    {
        await using var host = await _folder.StartAsync();

        using var missing = await MultipartForm.Of(One, OneMap).Field("0", "text").PostAsync(host);
        await AssertRefusedAsync(missing, HttpStatusCode.BadRequest, UploadErrorCodes.FileMissing);
        using var extra = await MultipartForm.Of(One, OneMap).Field("note", "text").File("9", "unmapped").File("0", "x").PostAsync(host);

        Assert.Equal("""{"data":{"fileUpload":"a.txt|text/plain|1|x"}}""", await TextAsync(extra));
    }

    public static TheoryData<string, Action<GraphQLEndpointOptions>, int, int> Limits => new()
    {
        { "files", static o => o.MaxUploadFiles = 1, 2, 10 },
        { "paths", static o => o.MaxUploadMapEntries = 1, 2, 10 },
        { "bytes of a file", static o => o.MaxUploadFileBytes = 1_000, 1, 1_001 },
        { "bytes of the body", static o => o.MaxUploadBytes = 1_000, 2, 400 },
        { "bytes of operations", static o => o.MaxRequestBytes = 50, 1, 10 },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public async Task Beyond_a_limit_is_answered_413_and_runs_nothing(string limit, Action<GraphQLEndpointOptions> configure, int files, int size)
    {
        await using var host = await _folder.StartAsync(configure);
        var form = MultipartForm.Of(Many, files == 1 ? """{"0":["variables.files.0"]}""" : """{"0":["variables.files.0"],"1":["variables.files.1"]}""");
        for (var i = 0; i < files; i++)
        {
            form.File($"{i}", new string('x', size));
        }

        using var response = await form.PostAsync(host);

        Assert.NotEmpty(limit);
        await AssertRefusedAsync(response, HttpStatusCode.RequestEntityTooLarge, ErrorCodes.Limit);
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_counted_as_it_comes()
    {
        await using var host = await _folder.StartAsync(static options => options.MaxUploadBytes = 1_000);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/graphql")
        {
            Headers = { { "GraphQL-Preflight", "1" }, { "Transfer-Encoding", "chunked" } },
            Content = new ByteArrayContent(MultipartForm.Of(One, OneMap).File("0", new string('x', 2_000)).ToBytes()),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=graph");

        using var response = await host.Http.SendAsync(request);

        await AssertRefusedAsync(response, HttpStatusCode.RequestEntityTooLarge, ErrorCodes.Limit);
    }

    [Fact]
    public async Task Exactly_the_limit_is_accepted_and_more_than_Kestrel_takes_by_itself()
    {
        const int Size = 31 * 1024 * 1024;
        await using var host = await _folder.StartAsync(static options => options.MaxUploadFileBytes = Size);
        var operations = """{"query":"query($f: Upload) { fileSize(file: $f) }","variables":{"f":null}}""";

        using var response = await MultipartForm.Of(operations, """{"0":["variables.f"]}""").File("0", new string('x', Size)).PostAsync(host);

        Assert.Equal($$$"""{"data":{"fileSize":{{{Size}}}}}""", await TextAsync(response));
        await _folder.EmptyAsync();
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("GraphQL-Preflight", true)]
    [InlineData("Apollo-Require-Preflight", true)]
    [InlineData("X-Unrelated", false)]
    public async Task A_form_that_another_site_could_send_is_refused(string? header, bool allowed)
    {
        await using var host = await _folder.StartAsync();

        using var response = await MultipartForm.Of(One, OneMap).File("0", "x").PostAsync(host, header);

        Assert.Equal(allowed ? HttpStatusCode.OK : HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(allowed ? 1 : 0, _folder.Journal.Lines.Count);
    }

    [Fact]
    public async Task Where_uploads_are_not_enabled_a_form_is_no_content_type()
    {
        await using var host = await _folder.StartAsync(static options => options.AllowUploads = false);

        using var response = await MultipartForm.Of(One, OneMap).File("0", "x").PostAsync(host);

        await AssertRefusedAsync(response, HttpStatusCode.UnsupportedMediaType, ErrorCodes.BadRequest);
    }

    [Fact]
    public async Task A_client_that_leaves_within_a_file_leaves_nothing_behind()
    {
        await using var host = await _folder.StartAsync();
        var head = MultipartForm.Of(One, OneMap).File("0", new string('x', 300_000)).ToBytes(isWhole: false);
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(host.Address.Host, host.Address.Port);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /graphql HTTP/1.1\r\nHost: localhost\r\nGraphQL-Preflight: 1\r\nContent-Type: multipart/form-data; boundary=graph\r\nContent-Length: {head.Length + 1000}\r\n\r\n"));
            await stream.WriteAsync(head);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while (_folder.OpenFiles == 0)
            {
                limit.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        await _folder.EmptyAsync();
        Assert.Empty(_folder.Journal.Lines);
    }

    private async Task AssertRefusedAsync(HttpResponseMessage response, HttpStatusCode status, string code, string? message = null)
    {
        var error = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync()).RootElement.GetProperty("errors")[0];
        Assert.Equal((status, code), (response.StatusCode, error.GetProperty("extensions").GetProperty("code").GetString()));
        Assert.Equal(message ?? error.GetProperty("message").GetString(), error.GetProperty("message").GetString());
        Assert.Empty(_folder.Journal.Lines);
        await _folder.EmptyAsync();
    }

    private static async Task<string> TextAsync(HttpResponseMessage response) => await response.Content.ReadAsStringAsync();
}
