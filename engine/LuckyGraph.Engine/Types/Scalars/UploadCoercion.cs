using System.Text.Json;
using LuckyGraph.Engine.Execution;
using LuckyGraph.Language;

namespace LuckyGraph.Engine.Types;

/// <summary>A file of a multipart request. No JSON and no literal is one: input coercion puts the files in.</summary>
internal sealed class UploadCoercion : ScalarCoercion
{
    public override object? ParseLiteral(ValueNode literal) => throw Refuse(ValueText.Of(literal));

    public override object? ParseValue(JsonElement value) => throw Refuse(ValueText.Of(value));

    public override void Write(object value, ResponseWriter writer) => throw new CoercionException("Upload is for input only; return a URL or text instead.");

    private static CoercionException Refuse(string found)
        => new($"Upload cannot represent {found}; it must be a file: send a multipart request in which a variable is null and \"map\" says which file it is.");
}
